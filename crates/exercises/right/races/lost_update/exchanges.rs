//! Right: it exchanges the number only if it is still the one that was seen, and otherwise looks again.

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
        while let Err(now) =
            self.visitors.compare_exchange_weak(seen, seen + 1, Relaxed, Relaxed)
        {
            seen = now;
        }
        seen + 1
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(Relaxed)
    }
}
