//! Wrong: takes what there is, and waits for the rest with that in its hands.
//! Caught by `whoever_waits_holds_nothing`: does somebody hold a part of what they want

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
        for _ in 0..size {
            let mut free = self.free.lock().unwrap();
            while *free == 0 {
                free = self.freed.wait(free).unwrap();
            }
            *free -= 1;
        }
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap() += self.size;
        self.budget.freed.notify_all();
    }
}
