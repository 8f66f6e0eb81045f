//! Wrong: whoever asks for nothing is refused.
//! Caught by `too_much_is_refused_at_once`: nothing can be had

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
        if size == 0 || size > self.size {
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
        *self.budget.free.lock().unwrap() += self.size;
        self.budget.freed.notify_all();
    }
}
