//! Wrong: an empty list stands for one that was not read yet. A source may be empty.
//! Caught by `one_reading_serves_all_questions`: Is the whole list kept?

use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    lines: Mutex<Vec<(&'static str, u64)>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, lines: Mutex::new(Vec::new()) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let mut lines = self.lines.lock().unwrap();
        if lines.is_empty() {
            *lines = self.source.read().collect();
        }
        lines.iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
