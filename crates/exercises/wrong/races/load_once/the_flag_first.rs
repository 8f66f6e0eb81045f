//! Wrong: the flag makes sure that only one thread reads. But it is set before the list
//! is there, and the others don't wait for it.
//! Caught by `nobody_sees_half_a_list`: did one look before the whole list was there?

use witness::sync::atomic::{AtomicBool, Ordering::SeqCst};
use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    is_read: AtomicBool,
    lines: Mutex<Vec<(&'static str, u64)>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, is_read: AtomicBool::new(false), lines: Mutex::new(Vec::new()) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        if !self.is_read.swap(true, SeqCst) {
            for line in self.source.read() {
                self.lines.lock().unwrap().push(line);
            }
        }
        let lines = self.lines.lock().unwrap();
        lines.iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
