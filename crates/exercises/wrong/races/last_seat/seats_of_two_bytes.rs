//! Wrong: free and sold seats share one number, with 16 bits for the free ones. So a
//! stadium of 80,000 seats has 14,464.
//! Caught by `sells_one_after_the_other`: who got seats

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    /// The free seats in the low 16 bits, the sold ones above.
    seats: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { seats: AtomicI64::new(seats & 0xffff) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let sell = |now: i64| {
            let (free, sold) = (now & 0xffff, now >> 16);
            (free >= seats).then(|| (free - seats) | (sold + seats) << 16)
        };
        self.seats.fetch_update(SeqCst, SeqCst, sell).is_ok()
    }

    pub fn free(&self) -> i64 {
        self.seats.load(SeqCst) & 0xffff
    }
}
