//! No GIL: every count is atomic, and every list has a lock of its own. So did Greg Stein's patch
//! of 1999, on systems with atomic counts.

use std::sync::atomic::{AtomicU32, Ordering, fence};

use super::{Policy, Thread};
use crate::heap::Ref;

/// Atomic counts.
#[derive(Debug, Default)]
pub struct FineGrained;

impl Policy for FineGrained {
    const NAME: &'static str = "fine-grained";
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
        // Whatever others did with the object was done before it goes.
        fence(Ordering::Acquire);
        true
    }
    // ANCHOR_END: counts
}
