//! Wrong: a loop that waits until nobody else is inside is a lock. While the one inside doesn't run,
//! all others keep a core busy.
//! Caught by `counts_every_visitor`: it spins

use witness::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
use witness::thread;

#[derive(Default)]
pub struct Museum {
    busy: AtomicBool,
    visitors: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        while self.busy.swap(true, Acquire) {
            thread::yield_now();
        }
        let number = self.visitors.load(Relaxed) + 1;
        self.visitors.store(number, Relaxed);
        self.busy.store(false, Release);
        number
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(Relaxed)
    }
}
