//! No locks. One thread.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Policy, Thread};
use crate::heap::Ref;

/// No locks, for one thread: how fast the interpreter can be.
#[derive(Debug, Default)]
pub struct Single;

/// A count that nobody else changes meanwhile. It is atomic so that Rust knows no undefined
/// behaviour here; to load and to store it costs no more than for any other number.
#[derive(Debug, Default)]
pub struct Plain(AtomicU32);

impl Plain {
    #[inline]
    pub(super) fn set(&self, count: u32) {
        self.0.store(count, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn increment(&self) {
        self.set(self.0.load(Ordering::Relaxed).wrapping_add(1));
    }

    /// Returns whether it is zero now.
    #[inline]
    pub(super) fn decrement(&self) -> bool {
        let count = self.0.load(Ordering::Relaxed).wrapping_sub(1);
        self.set(count);
        count == 0
    }
}

impl Policy for Single {
    const NAME: &'static str = "single";
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
