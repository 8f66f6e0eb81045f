//! Right: `fetch_update` is the loop that exchanges; it gives up when there are too few.

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let take = |free| if free < seats { None } else { Some(free - seats) };
        self.free.fetch_update(SeqCst, SeqCst, take).is_ok()
    }

    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}
