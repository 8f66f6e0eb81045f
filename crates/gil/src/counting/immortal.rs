//! Every count is an atomic number. Objects that are never freed have a special count, which no
//! thread changes. CPython 3.12 made `None`, small numbers and some others immortal (PEP 683),
//! before it had atomic counts.

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
        // Whatever other threads did with the object was done before it is freed.
        fence(Ordering::Acquire);
        true
    }

    fn immortalize(count: &AtomicU32) {
        count.store(IMMORTAL, Ordering::Relaxed);
    }
    // ANCHOR_END: counts
}
