//! Wrong: `new` begins with the next number, and `Default` still with 0: the first visitor of
//! `Museum::default()` gets 0, and before that `visitors` panics.
//! Caught by `the_count_knows_of_every_number`: was given, and

use witness::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub struct Museum {
    /// The number of the next visitor.
    next: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self { next: AtomicU64::new(1) }
    }

    pub fn enter(&self) -> u64 {
        self.next.fetch_add(1, Relaxed)
    }

    pub fn visitors(&self) -> u64 {
        self.next.load(Relaxed) - 1
    }
}
