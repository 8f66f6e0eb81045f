//! Right: no lock. The exchange writes the new number only if the old one is still there; if not, it
//! looks again whether there are enough.

use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    pub fn buy(&self, seats: i64) -> bool {
        let mut seen = self.free.load(SeqCst);
        while seen >= seats {
            match self.free.compare_exchange(seen, seen - seats, SeqCst, SeqCst) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        false
    }

    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}
