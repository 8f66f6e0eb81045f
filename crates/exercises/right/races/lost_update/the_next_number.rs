//! Right: the atomic holds the number of the next visitor, not of the last one.

use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};

pub struct Museum {
    next: AtomicUsize,
}

impl Default for Museum {
    fn default() -> Self {
        Self { next: AtomicUsize::new(1) }
    }
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        self.next.fetch_add(1, SeqCst) as u64
    }

    pub fn visitors(&self) -> u64 {
        self.next.load(SeqCst) as u64 - 1
    }
}
