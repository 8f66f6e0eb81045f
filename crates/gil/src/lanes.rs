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
