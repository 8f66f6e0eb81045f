//! Right: the board is a number of its own, which is set before the lock is released. Whoever looks at
//! it needs no lock.

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    seats: i64,
    sold: Mutex<i64>,
    board: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { seats, sold: Mutex::new(0), board: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let mut sold = self.sold.lock().unwrap();
        if *sold + seats > self.seats {
            return false;
        }
        *sold += seats;
        self.board.store(self.seats - *sold, SeqCst);
        true
    }

    pub fn free(&self) -> i64 {
        self.board.load(SeqCst)
    }
}
