//! Wrong: when the exchange fails, somebody else has bought. That is no reason to refuse:
//! there may be seats left. One has to look again.
//! Caught by `refuses_nobody_whose_seats_are_free`: Is somebody refused only because somebody else buys at the same time

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let seen = self.free.load(SeqCst);
        seen >= seats
            && self.free.compare_exchange(seen, seen - seats, SeqCst, SeqCst).is_ok()
    }

    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}
