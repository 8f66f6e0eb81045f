//! Kills workers that are late: a single thread knows of each worker when its job has to be done.
//!
//! When a worker is killed, its connection ends. So its keeper finds out, whether it was waiting for a
//! result or still sending the job, and needs no time limit of its own.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::child::{Killed, Leash};

/// When a job has to be done, the worker that does it, and the job's number.
pub(crate) type Due = (Instant, Arc<Leash>, u64);

#[derive(Default)]
pub(crate) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// For each keeper: when the job of its worker has to be done, if it has to.
    due: Vec<Option<Due>>,
    /// When the watching thread wakes up by itself.
    wakes: Option<Instant>,
    ended: bool,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets when the worker of this keeper has to be done; with `None`, it may take as long as it likes.
    pub(crate) fn expect(&self, keeper: usize, due: Option<Due>) {
        let mut state = self.lock();
        if state.due.len() <= keeper {
            state.due.resize_with(keeper + 1, || None);
        }
        let earlier = due.as_ref().is_some_and(|(due, ..)| {
            // Mostly each deadline is later than the one before, and the watching thread sleeps on.
            state.wakes.is_none_or(|wakes| *due < wakes)
        });
        state.due[keeper] = due;
        drop(state);
        if earlier {
            self.changed.notify_one();
        }
    }

    /// Watches until [`Watch::end`] is called.
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
