//! `interpreter_lock` of Python 2 and CPython up to 3.1 (`Python/thread_pthread.h` of 2.7, where there
//! are no semaphores): a flag, and somebody is woken when it is cleared. Nobody is handed anything.

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
    /// How many threads wait for it. To wake nobody costs a system call in Rust's condition
    /// variable, and none in that of the C library, which CPython uses.
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
