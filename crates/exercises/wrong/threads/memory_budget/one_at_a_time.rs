//! Wrong: waits until everybody else has left, although there may be room for both.
//! Caught by `whoever_fits_is_let_in`: Does one wait although it fits?
//! Caught by `a_small_one_is_not_forgotten_behind_a_large_one`: deadlock

use witness::sync::{Condvar, Mutex};

pub struct Budget {
    size: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

/// So many megabytes, until it is dropped.
pub struct Reserved<'a> {
    budget: &'a Budget,
    size: usize,
}

impl Budget {
    pub fn new(size: usize) -> Self {
        Self { size, free: Mutex::new(size), freed: Condvar::new() }
    }

    pub fn reserve(&self, size: usize) -> Option<Reserved<'_>> {
        if size > self.size {
            return None;
        }
        let mut free = self.free.lock().unwrap();
        while *free < self.size {
            free = self.freed.wait(free).unwrap();
        }
        *free -= size;
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap() += self.size;
        self.budget.freed.notify_all();
    }
}
