//! Wrong: the exchange finds out that somebody came between, and then nobody tries again.
//! It tempts, because it never writes a wrong number.
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
        let seen = self.visitors.load(SeqCst);
        let _ = self.visitors.compare_exchange(seen, seen + 1, SeqCst, SeqCst);
        seen + 1
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(SeqCst)
    }
}
