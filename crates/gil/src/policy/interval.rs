//! The GIL of CPython from 3.2 on (`Python/ceval_gil.c`, by Antoine Pitrou). Whoever waits does so
//! for an interval, five milliseconds by default, and then asks the holder to drop the lock. The
//! holder sees that on its next backward jump or call, drops it, and waits until another thread
//! really runs.
//!
//! The names are those of CPython. Its `locked` and `last_holder` are atomic and are written under
//! `mutex`; so they are here.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::single::Plain;
use super::{Policy, Thread};
use crate::heap::Ref;
use crate::lanes::Event;

/// `DEFAULT_INTERVAL`.
const DEFAULT_INTERVAL: Duration = Duration::from_micros(5_000);

/// One lock, handed over on request.
#[derive(Debug)]
pub struct Interval {
    /// How long somebody waits before asking; `sys.setswitchinterval`.
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
    /// How often another thread than the last one has taken it.
    switch_number: u64,
}

impl Default for Interval {
    fn default() -> Self {
        Self::every(DEFAULT_INTERVAL)
    }
}

impl Interval {
    /// A lock for which somebody waits so long before asking.
    pub fn every(interval: Duration) -> Self {
        Self {
            interval,
            mutex: Mutex::default(),
            cond: Condvar::new(),
            last_holder: AtomicU32::new(0),
            gil_drop_request: AtomicBool::new(false),
            switch_mutex: Mutex::default(),
            switch_cond: Condvar::new(),
        }
    }

    // ANCHOR: take_gil
    fn take_gil(&self, thread: &Thread) {
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
        if self.last_holder.swap(thread.id, Ordering::Relaxed) != thread.id {
            gil.switch_number += 1;
        }
        // Whoever dropped it on request waits for this.
        self.switch_cond.notify_one();
        drop(switch);
        self.gil_drop_request.store(false, Ordering::Relaxed);
    }
    // ANCHOR_END: take_gil

    // ANCHOR: drop_gil
    fn drop_gil(&self, thread: &Thread) {
        let mut gil = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        gil.locked = false;
        self.cond.notify_one();
        drop(gil);
        if !self.gil_drop_request.load(Ordering::Relaxed) {
            return;
        }
        let switch = self.switch_mutex.lock().unwrap_or_else(PoisonError::into_inner);
        // Forced switching: otherwise we would take it again before anybody has woken up.
        if self.last_holder.load(Ordering::Relaxed) == thread.id {
            self.gil_drop_request.store(false, Ordering::Relaxed);
            drop(self.switch_cond.wait(switch));
        }
    }
    // ANCHOR_END: drop_gil
}

impl Policy for Interval {
    const NAME: &'static str = "interval";
    type Counts = Plain;

    #[inline]
    fn first(counts: &Plain, _: &Thread) {
        counts.set(1);
    }

    #[inline]
    fn incref(counts: &Plain, _: &Thread) {
        counts.increment();
    }

    #[inline]
    fn decref(&self, counts: &Plain, _: Ref, _: &Thread) -> bool {
        counts.decrement()
    }

    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::waits);
        self.take_gil(thread);
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        self.drop_gil(thread);
    }

    #[inline]
    fn eval_breaker(&self, thread: &mut Thread) -> bool {
        if self.gil_drop_request.load(Ordering::Relaxed) {
            self.release(thread);
            self.acquire(thread);
        }
        false
    }
}
