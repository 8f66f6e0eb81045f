//! The GIL of CPython from 3.2 on: handed over on request.

use std::time::Duration;

use super::single::Plain;
use super::{Policy, Thread};
use crate::heap::Ref;
use crate::lanes::Event;
use crate::lock::interval::Lock;

/// `DEFAULT_INTERVAL`.
const DEFAULT_INTERVAL: Duration = Duration::from_micros(5_000);

/// One lock, handed over on request.
#[derive(Debug)]
pub struct Interval(Lock);

impl Default for Interval {
    fn default() -> Self {
        Self::every(DEFAULT_INTERVAL)
    }
}

impl Interval {
    /// A lock for which somebody waits so long before asking.
    pub fn every(interval: Duration) -> Self {
        Self(Lock::new(interval))
    }
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
        self.0.take_gil(thread.id);
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        self.0.drop_gil(thread.id);
    }

    #[inline]
    fn eval_breaker(&self, thread: &mut Thread) -> bool {
        if self.0.drop_requested() {
            self.release(thread);
            self.acquire(thread);
        }
        false
    }
}
