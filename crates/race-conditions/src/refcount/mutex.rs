//! References counted behind a lock.

use super::Count;
use crate::sync::Mutex;

/// A count that one thread at a time may change.
#[derive(Debug)]
pub struct Counter(Mutex<i64>);

impl Count for Counter {
    fn new(references: i64) -> Self {
        Self(Mutex::new(references))
    }

    fn acquire(&self) {
        *self.0.lock().expect("nobody panics here") += 1;
    }

    fn release(&self) -> bool {
        let mut count = self.0.lock().expect("nobody panics here");
        *count -= 1;
        *count == 0
    }
}
