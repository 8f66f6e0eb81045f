//! Wrong: whoever has to wait asks again and again.
//! Caught by `all_who_ask_at_once_read_it_once`: it spins

use witness::sync::atomic::{AtomicBool, Ordering::SeqCst};
use witness::sync::{Arc, Mutex};
use witness::thread;

pub struct PriceList {
    source: Arc<Source>,
    begun: AtomicBool,
    list: Mutex<Option<Vec<(&'static str, u64)>>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, begun: AtomicBool::new(false), list: Mutex::new(None) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        if !self.begun.swap(true, SeqCst) {
            let list = self.source.read().collect();
            *self.list.lock().unwrap() = Some(list);
        }
        loop {
            if let Some(list) = &*self.list.lock().unwrap() {
                return list
                    .iter()
                    .find(|(name, _)| *name == item)
                    .map(|(_, cents)| *cents);
            }
            thread::yield_now();
        }
    }
}
