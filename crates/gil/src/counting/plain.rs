//! A count is an ordinary number.

use std::sync::atomic::{AtomicU32, Ordering};

use super::Counting;
use crate::reference::Ref;
use crate::thread::Thread;

/// Ordinary numbers. Their type is atomic only because in Rust it would be undefined behaviour if
/// two threads changed an ordinary variable at the same time; loading and storing them costs no
/// more than loading and storing other numbers. When two threads do change a count at the same
/// time, one of the changes may be lost: an object whose count is too high is never freed, and one
/// whose count is too low is freed too early.
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
