use std::fmt::{self, Debug, Display, Formatter};
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, PoisonError};

use crate::record;
use crate::step::{Kind, Place, Step, Thing, Wait};

/// [`std::sync::Mutex`], watched.
pub struct Mutex<T> {
    inner: Inner<T>,
    lock: Thing,
}

enum Inner<T> {
    Real(std::sync::Mutex<T>),
    Explored(shuttle::sync::Mutex<T>),
}

/// Access to what a [`Mutex`] protects; releases the lock when dropped.
pub struct MutexGuard<'a, T> {
    // A condition variable takes this out while the thread sleeps.
    inner: Option<InnerGuard<'a, T>>,
    mutex: &'a Mutex<T>,
    taken: Place,
}

pub(super) enum InnerGuard<'a, T> {
    Real(std::sync::MutexGuard<'a, T>),
    Explored(shuttle::sync::MutexGuard<'a, T>),
}

impl<T> Mutex<T> {
    /// A lock around `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let lock = record::make(Kind::Lock);
        record::holds(lock, &value);
        let inner = if record::explored() {
            Inner::Explored(shuttle::sync::Mutex::new(value))
        } else {
            Inner::Real(std::sync::Mutex::new(value))
        };
        Self { inner, lock }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// # Errors
    ///
    /// When a thread panicked while it held the lock; the error holds the guard all the same.
    ///
    /// # Panics
    ///
    /// When this thread holds the lock already: it would wait for ever.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let taken = Location::caller();
        record::await_turn();
        record::refuse_own(self.lock);
        let locked = record::waiting(Wait::For(self.lock), || self.take());
        let guard = map(locked, |inner| MutexGuard::resume(inner, self, taken));
        match &guard {
            Ok(guard) => record::holds(self.lock, &**guard),
            Err(poisoned) => record::holds(self.lock, &**poisoned.get_ref()),
        }
        record::note(Step::Takes(self.lock));
        guard
    }

    /// Takes the lock, and leaves no line in the record.
    pub(super) fn take(&self) -> LockResult<InnerGuard<'_, T>> {
        match &self.inner {
            Inner::Real(inner) => map(inner.lock(), InnerGuard::Real),
            Inner::Explored(inner) => map(inner.lock(), InnerGuard::Explored),
        }
    }

    /// The value that the lock protects: no other thread can hold the lock meanwhile.
    ///
    /// # Errors
    ///
    /// When a thread panicked while it held the lock; the error holds the value all the same.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        match &mut self.inner {
            Inner::Real(inner) => inner.get_mut(),
            Inner::Explored(inner) => inner.get_mut(),
        }
    }

    /// Takes the lock apart, and returns the value that it protected.
    ///
    /// # Errors
    ///
    /// When a thread panicked while it held the lock; the error holds the value all the same.
    pub fn into_inner(self) -> LockResult<T> {
        match self.inner {
            Inner::Real(inner) => inner.into_inner(),
            Inner::Explored(inner) => inner.into_inner(),
        }
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Debug for Mutex<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

/// The same result with its value changed, whether the lock was poisoned or not.
pub(super) fn map<T, U>(
    result: LockResult<T>,
    change: impl FnOnce(T) -> U,
) -> LockResult<U> {
    match result {
        Ok(value) => Ok(change(value)),
        Err(poisoned) => Err(PoisonError::new(change(poisoned.into_inner()))),
    }
}

impl<'a, T> MutexGuard<'a, T> {
    /// The lock that it holds.
    pub(super) fn thing(&self) -> Thing {
        self.mutex.lock
    }

    /// Takes the guard apart for a condition variable: returns the inner guard, and the lock that it
    /// holds.
    pub(super) fn suspend(mut self) -> (InnerGuard<'a, T>, &'a Mutex<T>) {
        let inner = self
            .inner
            .take()
            .expect("only a condition variable takes it, and returns it");
        (inner, self.mutex)
    }

    pub(super) fn resume(
        inner: InnerGuard<'a, T>,
        mutex: &'a Mutex<T>,
        taken: Place,
    ) -> Self {
        Self { inner: Some(inner), mutex, taken }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self.inner.as_ref().expect("a guard that can be used has its lock") {
            InnerGuard::Real(guard) => guard,
            InnerGuard::Explored(guard) => guard,
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match self.inner.as_mut().expect("a guard that can be used has its lock") {
            InnerGuard::Real(guard) => guard,
            InnerGuard::Explored(guard) => guard,
        }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.inner.is_some()
            && let Some((record, who)) = record::current()
        {
            record::holds(self.mutex.lock, &**self);
            record.note(who, self.taken, Step::Releases(self.mutex.lock));
        }
    }
}

impl<T: Display> Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Debug> Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
