//! Every count is atomic, but for objects that are never freed: theirs says so, and nobody changes it.
//! CPython 3.12 made None, small numbers and others immortal, before it had atomic counts (PEP 683).

use std::sync::atomic::{AtomicU32, Ordering, fence};

use super::Counting;
use crate::reference::Ref;
use crate::thread::Thread;

/// The count of an object that is never freed (`_Py_IMMORTAL_REFCNT`).
const IMMORTAL: u32 = u32::MAX;

/// Atomic counts, and immortal objects.
#[derive(Debug, Default)]
pub struct Immortal;

impl Counting for Immortal {
    type Counts = AtomicU32;

    #[inline]
    fn first(count: &AtomicU32, _: &Thread) {
        count.store(1, Ordering::Relaxed);
    }

    // ANCHOR: counts
    #[inline]
    fn incref(count: &AtomicU32, _: &Thread) {
        if count.load(Ordering::Relaxed) != IMMORTAL {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    fn decref(&self, count: &AtomicU32, _: Ref, _: &Thread) -> bool {
        if count.load(Ordering::Relaxed) == IMMORTAL
            || count.fetch_sub(1, Ordering::Release) != 1
        {
            return false;
        }
        // Whatever others did with the object was done before it goes.
        fence(Ordering::Acquire);
        true
    }

    fn immortalize(count: &AtomicU32) {
        count.store(IMMORTAL, Ordering::Relaxed);
    }
    // ANCHOR_END: counts
}
