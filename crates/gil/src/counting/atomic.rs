//! Every count is an atomic number, as in Greg Stein's patch of 1996 on Windows.

use std::sync::atomic::{AtomicU32, Ordering, fence};

use super::Counting;
use crate::reference::Ref;
use crate::thread::Thread;

/// Atomic counts.
#[derive(Debug, Default)]
pub struct Atomic;

impl Counting for Atomic {
    type Counts = AtomicU32;

    #[inline]
    fn first(count: &AtomicU32, _: &Thread) {
        count.store(1, Ordering::Relaxed);
    }

    // ANCHOR: counts
    #[inline]
    fn incref(count: &AtomicU32, _: &Thread) {
        count.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    fn decref(&self, count: &AtomicU32, _: Ref, _: &Thread) -> bool {
        if count.fetch_sub(1, Ordering::Release) != 1 {
            return false;
        }
        // Whatever other threads did with the object was done before it is freed.
        fence(Ordering::Acquire);
        true
    }
    // ANCHOR_END: counts
}
