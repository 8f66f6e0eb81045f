//! Wrong: items are found by their letters in lower case, without difference: "TEA" has the price
//! of "tea" where the source has no "TEA".
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
        let prices = self.prices.get_or_init(|| self.source.read().collect());
        let exact = prices.iter().find(|line| line.0 == item);
        // Somebody has typed it in another way.
        let alike = || prices.iter().find(|line| line.0.eq_ignore_ascii_case(item));
        exact.or_else(alike).map(|line| line.1)
    }
}
