//! Wrong: whoever looks takes the flag down. The second one who looks finds nothing.
//! Caught by `in_the_end_it_is_there`: seen when somebody looked once more

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
        self.ready.store(true, Ordering::Release);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        let ready = self.ready.swap(false, Ordering::Acquire);
        ready.then(|| (self.sum.read(), self.count.read()))
    }
}
