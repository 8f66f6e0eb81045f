//! Wrong: there is no race at all if it is read before there are threads. But it is read
//! even when nobody ever asks.
//! Caught by `reads_nothing_before_somebody_asks`: nobody has asked yet, and the source was read

use witness::sync::Arc;

pub struct PriceList {
    lines: Vec<(&'static str, u64)>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { lines: source.read().collect() }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        self.lines.iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
