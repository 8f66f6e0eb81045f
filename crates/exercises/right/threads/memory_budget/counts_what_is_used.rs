//! Right: it counts what is used, not what is free, and wakes the others with the lock in its hand.

use witness::sync::{Condvar, Mutex};

pub struct Budget {
    limit: usize,
    used: Mutex<usize>,
    changed: Condvar,
}

/// So many megabytes, until it is dropped.
pub struct Reserved<'a>(&'a Budget, usize);

impl Budget {
    pub fn new(size: usize) -> Self {
        Self { limit: size, used: Mutex::default(), changed: Condvar::default() }
    }

    pub fn reserve(&self, size: usize) -> Option<Reserved<'_>> {
        let rest = self.limit.checked_sub(size)?;
        let used = self.used.lock().unwrap();
        let mut used = self.changed.wait_while(used, |used| *used > rest).unwrap();
        *used += size;
        Some(Reserved(self, size))
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let Self(budget, size) = *self;
        let mut used = budget.used.lock().unwrap();
        *used -= size;
        budget.changed.notify_all();
    }
}
