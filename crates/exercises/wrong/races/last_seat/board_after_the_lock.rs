//! Wrong: the board is told after the lock is let go, so a party is refused and then sees on the
//! board the seats that it didn't get.
//! Caught by `the_board_agrees_with_a_refusal`: , and the board showed

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    left: Mutex<i64>,
    board: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { left: Mutex::new(seats), board: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        {
            let mut left = self.left.lock().unwrap();
            if *left < seats {
                return false;
            }
            *left -= seats;
        }
        self.board.fetch_sub(seats, SeqCst);
        true
    }

    pub fn free(&self) -> i64 {
        self.board.load(SeqCst)
    }
}
