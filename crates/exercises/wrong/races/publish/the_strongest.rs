//! Wrong: it is right, but asks for more than it needs, and the store costs more.
//! Caught by `asks_for_no_more_than_it_needs`: is there a second number whose order matters

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
        self.ready.store(true, Ordering::SeqCst);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        let ready = self.ready.load(Ordering::SeqCst);
        ready.then(|| (self.sum.read(), self.count.read()))
    }
}
