//! Wrong: it gives back one megabyte, however many it had.
//! Caught by `what_was_given_back_can_be_had_again`: somebody still waits for it

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
        while *free < size {
            free = self.freed.wait(free).unwrap();
        }
        *free -= size;
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap() += 1;
        self.budget.freed.notify_all();
    }
}
