//! Who is late is killed: one thread that knows of each worker when its task has to be done.
//!
//! The keeper of that worker finds its connection at the end then, whether it was waiting for a result
//! or still sending the task: so nothing else needs a limit to its patience.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::child::{Killed, Leash};

/// When somebody has to be done, who, and with which job.
pub(crate) type Due = (Instant, Arc<Leash>, u64);

#[derive(Default)]
pub(crate) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// For each keeper: when, whom, and for which of its jobs.
    due: Vec<Option<Due>>,
    /// When the watching thread wakes up by itself.
    wakes: Option<Instant>,
    ended: bool,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, the worker of this keeper has to be done by then.
    pub(crate) fn expect(&self, keeper: usize, due: Option<Due>) {
        let mut state = self.lock();
        if state.due.len() <= keeper {
            state.due.resize_with(keeper + 1, || None);
        }
        let earlier = due.as_ref().is_some_and(|(due, ..)| {
            // Mostly each deadline is later than the one before: nobody has to be woken.
            state.wakes.is_none_or(|wakes| *due < wakes)
        });
        state.due[keeper] = due;
        drop(state);
        if earlier {
            self.changed.notify_one();
        }
    }

    /// Watches until [`Watch::end`].
    // ANCHOR: run
    pub(crate) fn run(&self) {
        let mut state = self.lock();
        while !state.ended {
            let now = Instant::now();
            for due in &mut state.due {
                if let Some((_, leash, job)) = due.take_if(|(due, ..)| *due <= now) {
                    leash.kill(Killed::Late(job));
                }
            }
            state.wakes = state.due.iter().flatten().map(|(due, ..)| *due).min();
            state = match state.wakes {
                Some(wakes) => {
                    let time = wakes.saturating_duration_since(now);
                    let woken = self.changed.wait_timeout(state, time);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
    // ANCHOR_END: run

    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}
