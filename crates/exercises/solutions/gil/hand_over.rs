//! # Hand it over, really
//!
//! Chapter: gil/handing-over.md
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
pub struct Gil {
    state: Mutex<State>,
    free: Condvar,
    switched: Condvar,
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
        Self { state: Mutex::default(), free: Condvar::new(), switched: Condvar::new() }
    }

    /// Takes the lock, for the thread `me`. Returns whether `me` was the last one, too, and
    /// somebody else has been asking since then.
    pub fn take(&self, me: usize) -> bool {
        let mut state = self.state.lock().unwrap();
        let free = state.holder.is_none();
        // Whoever asks has found it taken, so they ask since `me` had it.
        let again = free && state.last == Some(me) && state.asking > 0;
        state.asking += 1;
        while state.holder.is_some() {
            state = self.free.wait(state).unwrap();
        }
        state.asking -= 1;
        (state.holder, state.last) = (Some(me), Some(me));
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
        thread::scope(|scope| {
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
mod checks {
    use super::*;
    use witness::explore;

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
    fn threads<const N: usize>(gil: &Gil, times: [usize; N]) {
        thread::scope(|scope| {
            for (times, me) in times.into_iter().zip(1..) {
                scope.spawn(move || turns(gil, me, times));
            }
        });
    }

    #[test]
    fn does_not_wait_when_nobody_asks() {
        explore(|| threads(&Gil::new(), [2]));
    }

    #[test]
    fn whoever_asks_is_next() {
        explore(|| threads(&Gil::new(), [2, 1]));
    }

    #[test]
    fn all_come_to_an_end() {
        explore(|| {
            let gil = Gil::new();
            threads(&gil, [1, 1, 1]);
            let state = gil.state.lock().unwrap();
            assert_eq!(state.holder, None, "who has the lock after all have released it");
        });
    }

    #[test]
    fn sleeps_on_when_it_wakes_up_for_no_reason() {
        explore(|| {
            let gil = Gil::new();
            // Thread 1 has it from the beginning.
            gil.take(1);
            thread::scope(|scope| {
                scope.spawn(|| {
                    gil.release(1);
                    turns(&gil, 1, 1);
                });
                scope.spawn(|| turns(&gil, 2, 1));
                // Condition variables may do that at any time.
                scope.spawn(|| gil.switched.notify_all());
            });
        });
    }
}
