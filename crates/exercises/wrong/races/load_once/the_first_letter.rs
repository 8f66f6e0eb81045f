//! Wrong: the first letter says which item it is, in a shop with few items.
//! Caught by `one_reading_serves_all_questions`: the list said

use std::collections::HashMap;

use witness::sync::{Arc, Mutex};

pub struct PriceList {
    source: Arc<Source>,
    cents: Mutex<Option<HashMap<Option<char>, u64>>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, cents: Mutex::new(None) }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let mut cents = self.cents.lock().unwrap();
        let first = |item: &str| item.chars().next();
        let read = || self.source.read().map(|(item, cents)| (first(item), cents));
        cents.get_or_insert_with(|| read().collect()).get(&first(item)).copied()
    }
}
