//! `interpreter_lock` of Python 2 and CPython up to 3.1 (`Python/thread_pthread.h` of 2.7, where there
//! are no semaphores): a flag, and somebody is woken when it is cleared. Nobody is handed anything.

use crate::sync::{Condvar, Mutex, PoisonError};

/// The lock.
#[derive(Debug, Default)]
pub struct Lock {
    locked: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    // ANCHOR: lock
    pub(crate) fn lock(&self) {
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        while *locked {
            locked = self.released.wait(locked).unwrap_or_else(PoisonError::into_inner);
        }
        *locked = true;
    }

    pub(crate) fn unlock(&self) {
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.released.notify_one();
    }
    // ANCHOR_END: lock
}
