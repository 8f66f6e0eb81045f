//! Wrong: the addition is one step, but the look at it is another one. Two who both add
//! first see the same number.
//! Caught by `gives_each_number_once`: each number belongs to one visitor

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

pub struct Museum {
    visitors: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self { visitors: AtomicU64::new(0) }
    }

    pub fn enter(&self) -> u64 {
        self.visitors.fetch_add(1, SeqCst);
        self.visitors.load(SeqCst)
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(SeqCst)
    }
}
