//! The GIL of CPython up to 3.1 (`ceval.c` of 2.7): after every hundred instructions the holder
//! lets the lock go and takes it again, at once. Nobody is handed anything. A thread that was
//! woken by that finds the lock taken, most of the time, and goes to sleep again.

use std::sync::{Condvar, Mutex, PoisonError};

use super::single::Plain;
use super::{CHECK_INTERVAL, Policy, Thread};
use crate::heap::Ref;
use crate::lanes::Event;

/// One lock, let go after every hundred instructions.
#[derive(Debug, Default)]
pub struct Tick {
    /// `interpreter_lock`: whether it is locked.
    locked: Mutex<bool>,
    released: Condvar,
}

impl Policy for Tick {
    const NAME: &'static str = "tick";
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

    // ANCHOR: tick
    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::waits);
        let mut locked = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        while *locked {
            locked = self.released.wait(locked).unwrap_or_else(PoisonError::into_inner);
        }
        *locked = true;
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.released.notify_one();
    }

    #[inline]
    fn tick(&self, thread: &mut Thread) {
        thread.ticker -= 1;
        if thread.ticker < 0 {
            thread.ticker = CHECK_INTERVAL;
            self.release(thread);
            self.acquire(thread);
        }
    }
    // ANCHOR_END: tick
}
