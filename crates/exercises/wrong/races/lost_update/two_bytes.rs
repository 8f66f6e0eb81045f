//! Wrong: two bytes, which are enough for a small museum.
//! Caught by `gives_each_number_once`: 70000 visitors came in

use witness::sync::atomic::{AtomicU16, Ordering::Relaxed};

#[derive(Default)]
pub struct Museum {
    visitors: AtomicU16,
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        u64::from(self.visitors.fetch_add(1, Relaxed)) + 1
    }

    pub fn visitors(&self) -> u64 {
        u64::from(self.visitors.load(Relaxed))
    }
}
