//! A count is an ordinary number.

use std::sync::atomic::{AtomicU32, Ordering};

use super::Counting;
use crate::reference::Ref;
use crate::thread::Thread;

/// Ordinary numbers. They are atomic so that Rust knows no undefined behaviour when two threads
/// change one at the same time; to load and to store them costs no more than other numbers. Such
/// a change may be lost: an object whose count is too high is never freed, one whose count is too
/// low is freed too early.
#[derive(Debug, Default)]
pub struct Plain;

impl Counting for Plain {
    type Counts = AtomicU32;

    #[inline]
    fn first(count: &AtomicU32, _: &Thread) {
        count.store(1, Ordering::Relaxed);
    }

    #[inline]
    fn incref(count: &AtomicU32, _: &Thread) {
        count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    #[inline]
    fn decref(&self, count: &AtomicU32, _: Ref, _: &Thread) -> bool {
        let left = count.load(Ordering::Relaxed).wrapping_sub(1);
        count.store(left, Ordering::Relaxed);
        left == 0
    }
}
