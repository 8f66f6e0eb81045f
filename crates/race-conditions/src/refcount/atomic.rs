//! References counted in steps that no other thread can come between.

use super::Count;
use crate::sync::atomic::{
    AtomicI64,
    Ordering::{AcqRel, Relaxed},
};

/// A count that is changed in one step.
#[derive(Debug)]
pub struct Counter(AtomicI64);

// ANCHOR: counter
impl Count for Counter {
    fn new(references: i64) -> Self {
        Self(AtomicI64::new(references))
    }

    fn acquire(&self) {
        // Relaxed is enough: there is a reference already, so nobody frees the object meanwhile.
        self.0.fetch_add(1, Relaxed);
    }

    fn release(&self) -> bool {
        // All that was done with the object must be over before somebody frees it: the
        // chapter "Order" tells how AcqRel sees to that.
        self.0.fetch_sub(1, AcqRel) == 1
    }
}
// ANCHOR_END: counter
