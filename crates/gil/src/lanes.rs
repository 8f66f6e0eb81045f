//! Who held the lock when: what the threads note while they run.

use std::time::Instant;

use crate::policy::Thread;

/// Something that happened to a thread, and when.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What it does from then on.
    pub state: State,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It wants the lock, and somebody else has it.
    Waits,
    /// It has the lock.
    Runs,
    /// It has no use for the lock: it sleeps, reads, or computes outside of the interpreter.
    Rests,
}

/// How many threads had the lock at once, at most. Without a lock: how many ran.
pub fn at_once<'a>(records: impl Iterator<Item = &'a [Event]>) -> usize {
    let mut changes: Vec<_> = records
        .flat_map(|record| record.iter().zip(record.iter().skip(1)))
        .filter(|(event, _)| event.state == State::Runs)
        // Whoever stops at the very moment when another begins comes first.
        .flat_map(|(event, next)| [(event.at, 1), (next.at, -1)])
        .collect();
    changes.sort_unstable();
    let mut running = 0_i64;
    let counts = changes.into_iter().map(|(_, change)| {
        running += change;
        running
    });
    counts.max().unwrap_or(0).cast_unsigned() as usize
}

impl Event {
    fn now(state: State) -> Self {
        Self { at: Instant::now(), state }
    }

    pub(crate) fn waits() -> Self {
        Self::now(State::Waits)
    }

    pub(crate) fn runs() -> Self {
        Self::now(State::Runs)
    }

    pub(crate) fn rests() -> Self {
        Self::now(State::Rests)
    }
}

impl Thread {
    /// Notes what happens, if anybody wants to know.
    #[inline]
    pub(crate) fn note(&mut self, event: fn() -> Event) {
        if let Some(record) = &mut self.record {
            record.push(event());
        }
    }
}
