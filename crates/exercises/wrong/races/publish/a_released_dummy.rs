//! Wrong: another atomic passes the numbers on. Who sees the flag needn't have seen that one.
//! Caught by `who_sees_a_report_sees_all_of_it`: and nothing says that it comes after

use witness::Plain;
use witness::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub struct Report {
    sum: Plain<u64>,
    count: Plain<u64>,
    written: AtomicU64,
    ready: AtomicBool,
}

impl Report {
    pub fn new() -> Self {
        Self {
            sum: Plain::new(0),
            count: Plain::new(0),
            written: AtomicU64::new(0),
            ready: AtomicBool::new(false),
        }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        self.sum.write(sum);
        self.count.write(count);
        self.written.store(1, Ordering::Release);
        self.ready.store(true, Ordering::Relaxed);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        let ready = self.ready.load(Ordering::Relaxed);
        self.written.load(Ordering::Acquire);
        ready.then(|| (self.sum.read(), self.count.read()))
    }
}
