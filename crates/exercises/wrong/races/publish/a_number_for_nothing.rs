//! Wrong: the count is the flag, too, and the largest number means that there is none.
//! Caught by `in_the_end_it_is_there`: seen after the end of the thread that published

use witness::Plain;
use witness::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Release},
};

pub struct Report {
    sum: Plain<u64>,
    count: AtomicU64,
}

impl Report {
    pub fn new() -> Self {
        Self { sum: Plain::new(0), count: AtomicU64::new(u64::MAX) }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        self.sum.write(sum);
        self.count.store(count, Release);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        let count = self.count.load(Acquire);
        (count != u64::MAX).then(|| (self.sum.read(), count))
    }
}
