//! Wrong: space around the question is cut off, so " tea" has a price though the source has no such
//! item.
//! Caught by `one_reading_serves_all_questions`: the lines are

use witness::sync::{Arc, OnceLock};

pub struct PriceList {
    source: Arc<Source>,
    prices: OnceLock<Vec<(&'static str, u64)>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, prices: OnceLock::new() }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let item = item.trim();
        let prices = self.prices.get_or_init(|| self.source.read().collect());
        prices.iter().find(|line| line.0 == item).map(|line| line.1)
    }
}
