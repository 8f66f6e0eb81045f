//! Wrong: what is dropped while its thread panics is not given back, and others wait for it for
//! ever.
//! Caught by `whoever_panics_gives_it_back`: who gives it back?

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
        let free = self.free.lock().unwrap();
        let mut free = self.freed.wait_while(free, |free| *free < size).unwrap();
        *free -= size;
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        // A second panic would end the program.
        if std::thread::panicking() {
            return;
        }
        *self.budget.free.lock().unwrap() += self.size;
        self.budget.freed.notify_all();
    }
}
