//! Right: the same orderings in a swap and in an early return.

use witness::Plain;
use witness::sync::atomic::{AtomicBool, Ordering};

pub struct Report {
    sum: Plain<u64>,
    count: Plain<u64>,
    ready: AtomicBool,
}

impl Report {
    pub fn new() -> Self {
        Self { sum: Plain::new(0), count: Plain::new(0), ready: AtomicBool::new(false) }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        self.sum.write(sum);
        self.count.write(count);
        let before = self.ready.swap(true, Ordering::AcqRel);
        assert!(!before, "it was published before");
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        if !self.ready.load(Ordering::Acquire) {
            return None;
        }
        Some((self.sum.read(), self.count.read()))
    }
}
