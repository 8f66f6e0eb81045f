//! Wrong: `SeqCst` is the strongest ordering, but it does not make one step of two.
//! Somebody still comes between the load and the store.
//! Caught by `counts_every_visitor`: who wrote over whose count?
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
        let number = self.visitors.load(SeqCst) + 1;
        self.visitors.store(number, SeqCst);
        number
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(SeqCst)
    }
}
