//! Right: `fetch_update` is the loop that exchanges.

use witness::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub struct Museum(AtomicU64);

impl Museum {
    pub fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub fn enter(&self) -> u64 {
        let before = self.0.fetch_update(Relaxed, Relaxed, |visitors| Some(visitors + 1));
        before.unwrap() + 1
    }

    pub fn visitors(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
