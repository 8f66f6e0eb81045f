//! Wrong: it keeps a price when somebody asks for it, as a cache does, and reads the
//! source again for the next item. What isn't there is never kept, so it reads for that
//! each time.
//! Caught by `one_reading_serves_all_questions`: Is the whole list kept?

use std::collections::HashMap;

use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    known: Mutex<HashMap<String, u64>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, known: Mutex::new(HashMap::new()) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let mut known = self.known.lock().unwrap();
        if !known.contains_key(item) {
            let (_, cents) = self.source.read().find(|(name, _)| *name == item)?;
            known.insert(item.to_owned(), cents);
        }
        known.get(item).copied()
    }
}
