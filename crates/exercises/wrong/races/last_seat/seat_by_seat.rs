//! Wrong: it sells seat by seat, and gives back nothing when there are too few. Each seat
//! is sold once, but a party ends up with a part of its seats, and without them.
//! Caught by `sells_one_after_the_other`: who got seats?
//! Caught by `the_board_is_always_right`: But the board showed 0 free seats

use witness::sync::Mutex;

pub struct Show {
    free: Mutex<i64>,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: Mutex::new(seats) }
    }

    fn buy_one(&self) -> bool {
        let mut free = self.free.lock().unwrap();
        let enough = *free > 0;
        if enough {
            *free -= 1;
        }
        enough
    }

    pub fn buy(&self, seats: i64) -> bool {
        (0..seats).all(|_| self.buy_one())
    }

    pub fn free(&self) -> i64 {
        *self.free.lock().unwrap()
    }
}
