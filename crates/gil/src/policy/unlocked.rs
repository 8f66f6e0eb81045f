//! No locks, and many threads: two of them may change a count at the same time, and one of the
//! changes is lost. An object whose count is too high is never freed; one whose count is too low
//! is freed too early.

use super::single::Plain;
use super::{Policy, Thread};
use crate::heap::Ref;

/// No locks, for many threads: what the GIL is there to prevent.
#[derive(Debug, Default)]
pub struct Unlocked;

impl Policy for Unlocked {
    const NAME: &'static str = "unlocked";
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
}
