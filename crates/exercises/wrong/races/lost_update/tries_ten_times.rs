//! Wrong: the exchange is tried ten times. Where many come in, ten others may have been faster.
//! Caught by `counts_every_visitor`: who wrote over whose count?
//! Caught by `gives_each_number_once`: each number belongs to one visitor

use witness::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub struct Museum {
    visitors: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self { visitors: AtomicU64::new(0) }
    }

    pub fn enter(&self) -> u64 {
        let mut seen = self.visitors.load(Relaxed);
        for _ in 0..10 {
            match self.visitors.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        seen + 1
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(Relaxed)
    }
}
