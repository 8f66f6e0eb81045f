//! The GIL of CPython from 3.2 on (`Python/ceval_gil.c`, by Antoine Pitrou). A thread that wants
//! the lock waits for one interval, and then asks the holder to drop it. When the holder sees the
//! request, it drops the lock, and then waits until another thread has taken it.
//!
//! The names are those of CPython.

use std::time::Duration;

use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use crate::sync::{Condvar, Mutex, PoisonError};

/// The lock.
#[derive(Debug)]
pub struct Lock {
    /// How long a thread waits before it asks the holder to drop the lock; Python programs set this
    /// with `sys.setswitchinterval`.
    interval: Duration,
    mutex: Mutex<State>,
    cond: Condvar,
    last_holder: AtomicU32,
    gil_drop_request: AtomicBool,
    switch_mutex: Mutex<()>,
    switch_cond: Condvar,
}

#[derive(Debug, Default)]
struct State {
    locked: bool,
    /// How many times the lock was taken by another thread than the one that held it before.
    switch_number: u64,
}

impl Lock {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            mutex: Mutex::new(State::default()),
            cond: Condvar::new(),
            last_holder: AtomicU32::new(0),
            gil_drop_request: AtomicBool::new(false),
            switch_mutex: Mutex::new(()),
            switch_cond: Condvar::new(),
        }
    }

    /// Whether a waiting thread has asked the holder to drop the lock.
    #[inline]
    pub(crate) fn drop_requested(&self) -> bool {
        self.gil_drop_request.load(Ordering::Relaxed)
    }

    // ANCHOR: take_gil
    pub(crate) fn take_gil(&self, thread: u32) {
        let mut gil = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        while gil.locked {
            let saved_switch_number = gil.switch_number;
            let waited = self.cond.wait_timeout(gil, self.interval);
            let (woken, timed_out) = waited.unwrap_or_else(PoisonError::into_inner);
            gil = woken;
            if timed_out.timed_out()
                && gil.locked
                && gil.switch_number == saved_switch_number
            {
                self.gil_drop_request.store(true, Ordering::Relaxed);
            }
        }
        let switch = self.switch_mutex.lock().unwrap_or_else(PoisonError::into_inner);
        gil.locked = true;
        if self.last_holder.swap(thread, Ordering::Relaxed) != thread {
            gil.switch_number += 1;
        }
        // A thread that has dropped the lock on request waits for this in `drop_gil`.
        self.switch_cond.notify_one();
        drop(switch);
        self.gil_drop_request.store(false, Ordering::Relaxed);
    }
    // ANCHOR_END: take_gil

    // ANCHOR: drop_gil
    pub(crate) fn drop_gil(&self, thread: u32) {
        let mut gil = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        gil.locked = false;
        self.cond.notify_one();
        drop(gil);
        if !self.drop_requested() {
            return;
        }
        let switch = self.switch_mutex.lock().unwrap_or_else(PoisonError::into_inner);
        // Forced switching: otherwise this thread would take the lock again before another is
        // awake.
        if self.last_holder.load(Ordering::Relaxed) == thread {
            self.gil_drop_request.store(false, Ordering::Relaxed);
            drop(self.switch_cond.wait(switch));
        }
    }
    // ANCHOR_END: drop_gil
}
