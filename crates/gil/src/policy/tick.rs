//! The GIL of CPython up to 3.1 (`ceval.c` of 2.7): after every hundred instructions the holder
//! lets the lock go and takes it again, at once. Nobody is handed anything. A thread that was
//! woken by that finds the lock taken, most of the time, and goes to sleep again.

use super::single::Plain;
use super::{CHECK_INTERVAL, Policy, Thread};
use crate::heap::Ref;
use crate::lanes::Event;
use crate::lock::tick::Lock;

/// One lock, let go after every hundred instructions.
#[derive(Debug, Default)]
pub struct Tick(Lock);

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

    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::waits);
        self.0.acquire();
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        self.0.release();
    }

    // ANCHOR: tick
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
