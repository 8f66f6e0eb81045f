//! Wrong: prices are kept in 32 bits, so an item of 43 million euros is nearly free.
//! Caught by `one_reading_serves_all_questions`: the lines are

use std::collections::HashMap;

use witness::sync::{Arc, OnceLock};

pub struct PriceList {
    source: Arc<Source>,
    prices: OnceLock<HashMap<&'static str, u32>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, prices: OnceLock::new() }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let prices = self.prices.get_or_init(|| {
            self.source.read().map(|(item, cents)| (item, cents as u32)).collect()
        });
        prices.get(item).copied().map(u64::from)
    }
}
