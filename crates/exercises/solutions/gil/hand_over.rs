//! # Hand it over, really
//!
//! Chapter: gil/handing-over.md
//!
//! This is the GIL of CPython from 3.2 on, without its clock: whoever finds the lock taken
//! asks for it at once, and waits. How a thread takes the lock is given, at the end of
//! the file. Write how it lets the lock go.
//!
//! A `Gil` has these fields:
//!
//! * `state`, behind a `Mutex`: `holder` is the thread that has the lock, if there is one;
//!   `last` is the one that took it last; `asking` is how many threads wait for it.
//! * `free`: whoever waits for the lock sleeps on this condition variable.
//! * `switched`: it is notified each time a thread has taken the lock.
//!
//! If nobody asks, `release` returns at once. Otherwise it sleeps until another thread has
//! taken the lock, and returns then: not before, and no later, however many still ask. That is
//! the forced switch. Without it, the thread would have the lock again before anybody else is
//! awake.
//!
//! (The chapter's `drop_gil` waits once. A condition variable may wake up for no reason, so
//! here that isn't enough.)
//!
//! The constraint: in every schedule, with any number of threads, nobody takes the lock twice
//! in a row while another thread asks for it. And everybody comes to an end.
//!
//! Why: to release and to notify hands nothing over. Whoever is woken has to get up first,
//! and until then the lock is free for anybody: most likely for the thread that has just let
//! it go. So that thread waits until the lock has been taken by another one. It waits for
//! `last` to change, and that stays true. To wait until there is a `holder` is not the same:
//! the other one may have taken the lock and released it before we look. And it waits in a
//! loop, since a condition variable may wake up for no reason.
//!
//! All of it happens under one lock. So nobody can begin to ask after we have seen that
//! nobody does, and before the lock is free.

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        if state.asking > 0 {
            while state.last == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
        }
    }
}

// ---- The checks. Leave them as they are. ----

/// The lock.
#[allow(clippy::disallowed_types)]
pub struct Gil {
    state: witness::sync::Mutex<State>,
    free: witness::sync::Condvar,
    switched: witness::sync::Condvar,
    /// For the checks: who has asked, and found it taken.
    asked: witness::Events,
    /// For the checks: who took it last.
    taken: std::sync::Mutex<Option<usize>>,
}

#[derive(Default)]
struct State {
    /// The thread that has the lock.
    holder: Option<usize>,
    /// The thread that took it last.
    last: Option<usize>,
    /// How many threads wait for it.
    asking: usize,
}

impl Gil {
    fn new() -> Self {
        Self {
            state: witness::sync::Mutex::default(),
            free: witness::sync::Condvar::new(),
            switched: witness::sync::Condvar::new(),
            asked: witness::Events::new("threads that ask for the lock"),
            taken: None.into(),
        }
    }

    /// Takes the lock, for the thread `me`. Returns whether `me` was the last one, too, and
    /// somebody else has been asking since then.
    pub fn take(&self, me: usize) -> bool {
        let mut state = self.state.lock().unwrap();
        let free = state.holder.is_none();
        // Whoever asks has found it taken, so they ask since `me` had it.
        let again = free && *self.taken.lock().unwrap() == Some(me) && state.asking > 0;
        state.asking += 1;
        if !free {
            self.asked.advance();
        }
        while state.holder.is_some() {
            state = self.free.wait(state).unwrap();
        }
        state.asking -= 1;
        (state.holder, state.last) = (Some(me), Some(me));
        *self.taken.lock().unwrap() = Some(me);
        self.switched.notify_all();
        again
    }
}

fn main() {
    let again = witness::for_real(|| {
        let gil = Gil::new();
        let again = |me| {
            let took = |_: &u32| {
                let again = gil.take(me);
                gil.release(me);
                again
            };
            (0..1000).filter(took).count()
        };
        witness::thread::scope(|scope| {
            // Whoever ends first doesn't ask any more, so the other one can go on.
            let threads = [1, 2].map(|me| scope.spawn(move || again(me)));
            threads.map(|thread| thread.join().unwrap()).iter().sum::<usize>()
        })
    });
    println!(
        "of 2000 times, a thread had it again although another asked: {}",
        again.value
    );
}

#[cfg(test)]
#[allow(clippy::disallowed_types)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use witness::thread;
    use witness::{Events, explore, sample, sample_or_explain};

    /// What the threads are called. Their order says nothing.
    const NAMES: [usize; 4] = [7, 0, 9, 3];

    /// Thread `me` takes and releases the lock some times.
    fn turns(gil: &Gil, me: usize, times: usize) {
        for _ in 0..times {
            let again = gil.take(me);
            assert!(
                !again,
                "thread {me} has let the lock go and taken it again, although another one \
                 was asking for it"
            );
            gil.release(me);
        }
    }

    /// Some threads, and how many turns each of them has.
    fn threads<const N: usize>(times: [usize; N]) {
        let gil = Gil::new();
        thread::scope(|scope| {
            for (times, me) in times.into_iter().zip(NAMES) {
                let gil = &gil;
                scope.spawn(move || turns(gil, me, times));
            }
        });
        let state = gil.state.lock().unwrap();
        assert_eq!(state.holder, None, "who has the lock after all have released it");
        assert_eq!(state.asking, 0, "how many ask for the lock after all have ended");
    }

    #[test]
    fn does_not_wait_when_nobody_asks() {
        explore(|| threads([3]));
        explore(|| {
            // Somebody else had it before, and is gone.
            let gil = Gil::new();
            turns(&gil, 9, 1);
            turns(&gil, 0, 2);
        });
    }

    #[test]
    fn whoever_asks_is_next() {
        explore(|| threads([2, 1]));
        sample(|| threads([1, 3]));
        sample(|| threads([2, 2, 1]));
    }

    #[test]
    fn all_come_to_an_end() {
        sample(|| threads([1, 1, 1]));
        sample(|| threads([1, 1, 1, 1]));
    }

    /// Thread 0 has the lock, and lets it go when so many ask for it. Somebody wakes it up for
    /// no reason meanwhile.
    fn wakes_up_for_no_reason(others: usize) {
        let gil = &Gil::new();
        gil.take(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                gil.asked.wait_for(others);
                gil.release(0);
                turns(gil, 0, 1);
            });
            for me in [7, 9].into_iter().take(others) {
                scope.spawn(move || turns(gil, me, 1));
            }
            // Condition variables may do that at any time.
            scope.spawn(|| {
                for _ in 0..3 {
                    gil.switched.notify_all();
                    thread::yield_now();
                }
            });
        });
    }

    #[test]
    fn sleeps_on_when_it_wakes_up_for_no_reason() {
        sample(|| wakes_up_for_no_reason(1));
        sample(|| wakes_up_for_no_reason(2));
    }

    /// Some threads ask for the lock that thread 4 has. The first that gets it keeps it until
    /// thread 4 has returned from `release`; meanwhile one more asks.
    fn keeps_it_until_the_last_one_returns(others: usize) {
        let gil = &Gil::new();
        let returned = &Events::new("thread that returns from `release`");
        let taken = &Events::new("thread that takes the lock");
        let first = &AtomicBool::new(true);
        gil.take(4);
        thread::scope(|scope| {
            for me in NAMES.into_iter().take(others) {
                scope.spawn(move || {
                    gil.take(me);
                    taken.advance();
                    if first.swap(false, SeqCst) {
                        returned.wait_for(1);
                    }
                    gil.release(me);
                });
            }
            scope.spawn(move || {
                taken.wait_for(1);
                gil.take(5);
                gil.release(5);
            });
            gil.asked.wait_for(others);
            gil.release(4);
            returned.advance();
        });
    }

    #[test]
    fn returns_as_soon_as_another_one_has_it() {
        let no_end = "somebody has let the lock go and another one has taken it, and keeps it for \
                      long. Others ask as well, or come to ask. Why doesn't `release` return?";
        for others in [1, 2, 3] {
            sample_or_explain(no_end, move || {
                keeps_it_until_the_last_one_returns(others)
            });
        }
    }
}
