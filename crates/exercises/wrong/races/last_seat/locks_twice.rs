//! Wrong: it locks for the look and locks again for the purchase. It tempts, because each
//! access has its lock. In between, somebody else buys.
//! Caught by `never_sells_more_than_there_are`: Was what they saw still true when they took them?
//! Caught by `the_board_is_always_right`: But the board showed -1 free seats

use witness::sync::Mutex;

pub struct Show {
    free: Mutex<i64>,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: Mutex::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        if self.free() < seats {
            return false;
        }
        *self.free.lock().unwrap() -= seats;
        true
    }

    pub fn free(&self) -> i64 {
        *self.free.lock().unwrap()
    }
}
