//! Wrong: the store releases, but a relaxed load takes nothing over.
//! Caught by `who_sees_a_report_sees_all_of_it`: and nothing says that it comes after

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
        let ready = self.ready.load(Ordering::Relaxed);
        ready.then(|| (self.sum.read(), self.count.read()))
    }
}
