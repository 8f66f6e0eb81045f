//! The lock of Python 2 and of CPython up to 3.1, `interpreter_lock` (`Python/thread_pthread.h` of
//! 2.7, in the variant without semaphores). The lock is a flag. A thread that clears the flag wakes
//! a waiting thread, but doesn't hand the lock to it: any other thread may set the flag first.

use crate::sync::{Condvar, Mutex, PoisonError};

/// The lock.
#[derive(Debug, Default)]
pub struct Lock {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    locked: bool,
    /// How many threads wait for the lock. Rust's condition variable makes a system call even when
    /// there is no thread to wake, so we don't call it then; that of the C library, which CPython
    /// uses, makes none.
    waiting: u32,
}

impl Lock {
    // ANCHOR: lock
    pub(crate) fn lock(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting += 1;
        while state.locked {
            state = self.released.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        state.locked = true;
    }

    pub(crate) fn unlock(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.locked = false;
        if state.waiting > 0 {
            self.released.notify_one();
        }
    }
    // ANCHOR_END: lock
}
