use std::fmt::{self, Debug, Formatter};
use std::panic::Location;
use std::sync::LockResult;

use super::mutex::{InnerGuard, MutexGuard, map};
use crate::record;
use crate::step::{Kind, Step, Thing, Wait};
use crate::thread;

/// [`std::sync::Condvar`], watched.
pub struct Condvar {
    inner: Inner,
    condvar: Thing,
}

enum Inner {
    Real(std::sync::Condvar),
    Explored(shuttle::sync::Condvar),
}

impl Condvar {
    /// A condition variable on which no thread waits.
    #[track_caller]
    pub fn new() -> Self {
        let inner = if record::explored() {
            Inner::Explored(shuttle::sync::Condvar::new())
        } else {
            Inner::Real(std::sync::Condvar::new())
        };
        Self { inner, condvar: record::make(Kind::Condvar) }
    }

    /// Releases the lock, sleeps until another thread notifies, and takes the lock again. The
    /// thread may also wake up for no reason: with the one of the standard library that happens now
    /// and then, and [`explore`](crate::explore) tries what comes of it.
    ///
    /// # Errors
    ///
    /// When a thread panicked while it held the lock; the error holds the guard all the same.
    ///
    /// # Panics
    ///
    /// When the guard belongs to another run.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let place = Location::caller();
        let lock = guard.thing();
        record::holds(lock, &*guard);
        record::await_turn();
        let (guard, mutex) = guard.suspend();
        record::note(Step::Releases(lock));
        record::note(Step::Sleeps(self.condvar));
        if record::wakes_for_nothing() {
            drop(guard);
            thread::take_turn();
            let taken = record::waiting(Wait::For(lock), || mutex.take());
            record::note(Step::WakesForNothing(self.condvar));
            record::note(Step::Takes(lock));
            return map(taken, |guard| MutexGuard::resume(guard, mutex, place));
        }
        let woken =
            record::waiting(Wait::For(self.condvar), || match (&self.inner, guard) {
                (Inner::Real(inner), InnerGuard::Real(guard)) => {
                    map(inner.wait(guard), InnerGuard::Real)
                }
                (Inner::Explored(inner), InnerGuard::Explored(guard)) => {
                    map(inner.wait(guard), InnerGuard::Explored)
                }
                _ => panic!(
                    "this guard and this condition variable were made in different runs"
                ),
            });
        record::note(Step::Wakes(self.condvar));
        record::note(Step::Takes(lock));
        map(woken, |guard| MutexGuard::resume(guard, mutex, place))
    }

    /// Waits as long as `condition` returns true.
    ///
    /// # Errors
    ///
    /// As [`Condvar::wait`].
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes one of the threads that wait, if there is one.
    #[track_caller]
    pub fn notify_one(&self) {
        record::await_turn();
        record::note(Step::Notifies(self.condvar));
        match &self.inner {
            Inner::Real(inner) => inner.notify_one(),
            Inner::Explored(inner) => inner.notify_one(),
        }
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        record::await_turn();
        record::note(Step::Notifies(self.condvar));
        match &self.inner {
            Inner::Real(inner) => inner.notify_all(),
            Inner::Explored(inner) => inner.notify_all(),
        }
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl Debug for Condvar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
