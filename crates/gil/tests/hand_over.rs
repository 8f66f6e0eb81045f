//! The locks under thousands of schedules: two threads never hold a lock at once, and every thread
//! gets its turn.
//!
//! The modules of the locks take their parts from `crate::sync`. Here `crate` is this test, so the
//! modules are compiled once more, with the parts of shuttle. A wait with a time limit runs out
//! when dice say so, and otherwise ends only when another thread wakes the waiting one. So a lock
//! that works here doesn't work only because of a clock.

#![allow(dead_code, missing_docs, unreachable_pub)]

mod sync {
    use std::ops::{Deref, DerefMut};
    use std::time::Duration;

    use shuttle::rand::{Rng, thread_rng};
    use shuttle::sync;
    pub(crate) use shuttle::sync::{PoisonError, atomic};

    #[derive(Debug, Default)]
    pub(crate) struct Mutex<T>(sync::Mutex<T>);

    /// A guard that knows its lock, so that a wait can release the lock and take it again.
    pub(crate) struct Guard<'a, T> {
        mutex: &'a Mutex<T>,
        guard: Option<sync::MutexGuard<'a, T>>,
    }

    type Locked<T> = Result<T, PoisonError<T>>;

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> Locked<Guard<'_, T>> {
            Ok(Guard { mutex: self, guard: Some(self.0.lock().unwrap()) })
        }
    }

    impl<T> Deref for Guard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.guard.as_ref().unwrap()
        }
    }

    impl<T> DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.guard.as_mut().unwrap()
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Condvar(sync::Condvar);

    pub(crate) struct TimedOut(bool);

    impl TimedOut {
        pub(crate) fn timed_out(&self) -> bool {
            self.0
        }
    }

    impl Condvar {
        pub(crate) fn new() -> Self {
            Self(sync::Condvar::new())
        }

        pub(crate) fn wait<'a, T>(
            &self,
            mut guard: Guard<'a, T>,
        ) -> Locked<Guard<'a, T>> {
            let waited = self.0.wait(guard.guard.take().unwrap()).unwrap();
            guard.guard = Some(waited);
            Ok(guard)
        }

        pub(crate) fn wait_timeout<'a, T>(
            &self,
            guard: Guard<'a, T>,
            _: Duration,
        ) -> Locked<(Guard<'a, T>, TimedOut)> {
            if thread_rng().gen_range(0..3) > 0 {
                return Ok((self.wait(guard).unwrap(), TimedOut(false)));
            }
            let mutex = guard.mutex;
            drop(guard);
            shuttle::thread::yield_now();
            Ok((mutex.lock().unwrap(), TimedOut(true)))
        }

        pub(crate) fn notify_one(&self) {
            self.0.notify_one();
        }
    }
}

#[path = "../src/lock/interval.rs"]
mod interval;
#[path = "../src/lock/tick.rs"]
mod tick;

use std::sync::Arc;
use std::time::Duration;

use shuttle::sync::atomic::{AtomicU32, Ordering};
use shuttle::thread;

const THREADS: u32 = 3;
/// How often each thread lets others run.
const TURNS: u32 = 3;
const SCHEDULES: usize = 5_000;

/// Lets every thread take the lock, let others run a few times, and drop the lock. `others` is what
/// lets others run; it returns whether it did.
fn everybody_has_a_turn<L: Send + Sync + 'static>(
    lock: impl Fn() -> L + Send + Sync + 'static,
    acquire: fn(&L, u32),
    others: fn(&L, u32) -> bool,
    release: fn(&L, u32),
) {
    let run = move || {
        let lock = Arc::new(lock());
        let holder = Arc::new(AtomicU32::new(0));
        let threads: Vec<_> = (1..=THREADS)
            .map(|id| {
                let (lock, holder) = (Arc::clone(&lock), Arc::clone(&holder));
                thread::spawn(move || {
                    let alone = || {
                        let before = holder.swap(id, Ordering::SeqCst);
                        assert_eq!(before, 0, "two hold the lock at once");
                        thread::yield_now();
                        holder.store(0, Ordering::SeqCst);
                    };
                    acquire(&lock, id);
                    for _ in 0..TURNS {
                        alone();
                        others(&lock, id);
                    }
                    alone();
                    release(&lock, id);
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    };
    shuttle::check_random(run, SCHEDULES);
}

#[test]
fn the_interval_lock_is_handed_over() {
    everybody_has_a_turn(
        || interval::Lock::new(Duration::ZERO),
        interval::Lock::take_gil,
        |lock, id| {
            let asked = lock.drop_requested();
            if asked {
                lock.drop_gil(id);
                lock.take_gil(id);
            }
            asked
        },
        interval::Lock::drop_gil,
    );
}

#[test]
fn the_tick_lock_is_let_go() {
    everybody_has_a_turn(
        tick::Lock::default,
        |lock, _| lock.lock(),
        |lock, _| {
            lock.unlock();
            lock.lock();
            true
        },
        |lock, _| lock.unlock(),
    );
}

/// The tests above have to notice when a lock keeps nobody out.
#[test]
#[should_panic(expected = "two hold the lock at once")]
fn a_lock_that_holds_nobody_is_noticed() {
    everybody_has_a_turn(|| (), |(), _| {}, |(), _| true, |(), _| {});
}
