//! Wrong: a lock does it, and makes everybody wait who looks.
//! Caught by `takes_no_lock`: the flag can do it alone

use witness::sync::Mutex;

pub struct Report {
    report: Mutex<Option<(u64, u64)>>,
}

impl Report {
    pub fn new() -> Self {
        Self { report: Mutex::new(None) }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        *self.report.lock().unwrap() = Some((sum, count));
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        *self.report.lock().unwrap()
    }
}
