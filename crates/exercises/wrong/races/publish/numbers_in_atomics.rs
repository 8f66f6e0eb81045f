//! Wrong: each number is an atomic, and nothing orders them. On a processor that puts off stores, the
//! flag may be seen before they are.
//! Caught by `the_numbers_lie_in_ordinary_memory`: where do the numbers lie?

use witness::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Report {
    sum: AtomicU64,
    count: AtomicU64,
    ready: AtomicBool,
}

impl Report {
    pub fn new() -> Self {
        let (sum, count) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { sum, count, ready: AtomicBool::new(false) }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        self.sum.store(sum, Ordering::Relaxed);
        self.count.store(count, Ordering::Relaxed);
        self.ready.store(true, Ordering::Relaxed);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        let number = |number: &AtomicU64| number.load(Ordering::Relaxed);
        self.ready.load(Ordering::Relaxed).then(|| (number(&self.sum), number(&self.count)))
    }
}
