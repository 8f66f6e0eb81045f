//! Wrong: it tries the exchange ten times, and refuses then, although there may be seats left.
//! Caught by `refuses_nobody_whose_seats_are_free`: Is somebody refused only because somebody else buys

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        for _ in 0..10 {
            let free = self.free.load(SeqCst);
            if free < seats {
                return false;
            }
            if self.free.compare_exchange(free, free - seats, SeqCst, SeqCst).is_ok() {
                return true;
            }
        }
        false
    }

    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}
