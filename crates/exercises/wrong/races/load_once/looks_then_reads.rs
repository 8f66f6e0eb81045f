//! Wrong: it looks under the lock, but releases it before it reads, as one should with
//! what is slow. So two look, and both read.
//! Caught by `all_who_ask_at_once_read_it_once`: what does the second one see while the first one reads?

use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    lines: Mutex<Option<Vec<(&'static str, u64)>>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, lines: Mutex::new(None) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let there = self.lines.lock().unwrap().is_some();
        if !there {
            let lines = self.source.read().collect();
            *self.lines.lock().unwrap() = Some(lines);
        }
        let lines = self.lines.lock().unwrap();
        lines.iter().flatten().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
