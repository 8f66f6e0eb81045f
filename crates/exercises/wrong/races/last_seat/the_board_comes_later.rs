//! Wrong: the board is set when the lock is released. Meanwhile, another one buys, and sets the board;
//! then the older number is written over the newer one.
//! Caught by `the_board_knows_of_every_sale`: the board showed

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    seats: Mutex<i64>,
    board: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { seats: Mutex::new(seats), board: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let left = {
            let mut free = self.seats.lock().unwrap();
            if *free < seats {
                return false;
            }
            *free -= seats;
            *free
        };
        self.board.store(left, SeqCst);
        true
    }

    pub fn free(&self) -> i64 {
        self.board.load(SeqCst)
    }
}
