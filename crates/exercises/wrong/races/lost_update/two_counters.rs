//! Wrong: the number and the count are two atomics, so somebody may have number 2 while `visitors`
//! says 1.
//! Caught by `the_count_knows_of_every_number`: was given, and

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Default)]
pub struct Museum {
    numbers: AtomicU64,
    inside: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        let number = self.numbers.fetch_add(1, SeqCst) + 1;
        self.inside.fetch_add(1, SeqCst);
        number
    }

    pub fn visitors(&self) -> u64 {
        self.inside.load(SeqCst)
    }
}
