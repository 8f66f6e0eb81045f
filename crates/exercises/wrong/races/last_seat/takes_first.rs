//! Wrong: it takes the seats and looks afterwards. For a moment, a party that gets
//! nothing has taken seats, and others are refused. It tempts, because `fetch_sub` is one
//! step.
//! Caught by `refuses_nobody_whose_seats_are_free`: takes seats for a moment that it doesn't get?
//! Caught by `the_board_is_always_right`: But the board showed -1 free seats

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        if self.free.fetch_sub(seats, SeqCst) >= seats {
            return true;
        }
        self.free.fetch_add(seats, SeqCst);
        false
    }

    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}
