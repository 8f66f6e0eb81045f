//! Wrong: the board is told before the party, in a lock of its own, and `free` may still say the
//! number before the sale to a party that was refused because of it.
//! Caught by `the_board_agrees_with_a_refusal`: , and the board showed

use witness::sync::Mutex;

pub struct Show {
    seats: i64,
    sold: Mutex<i64>,
    board: Mutex<i64>,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { seats, sold: Mutex::new(0), board: Mutex::new(0) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let mut sold = self.sold.lock().unwrap();
        if self.seats - *sold < seats {
            return false;
        }
        *sold += seats;
        drop(sold);
        *self.board.lock().unwrap() += seats;
        true
    }

    pub fn free(&self) -> i64 {
        self.seats - *self.board.lock().unwrap()
    }
}
