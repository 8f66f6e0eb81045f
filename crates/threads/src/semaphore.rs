//! A semaphore: so many may be inside at once, and the others wait. Rust's standard library has
//! none.

use crate::sync::{Condvar, Mutex};

/// So many permits.
#[derive(Debug)]
// ANCHOR: semaphore
pub struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}

/// The right to be inside, until it is dropped.
#[derive(Debug)]
#[must_use = "it is given back when it is dropped, which would be at once"]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    /// Nobody is inside yet, and `permits` may come in.
    pub fn new(permits: usize) -> Self {
        Self { free: Mutex::new(permits), freed: Condvar::new() }
    }

    /// Waits until there is a free permit, and takes it. Who comes just when one is given back may be
    /// quicker than those who wait.
    pub fn acquire(&self) -> Permit<'_> {
        let mut free = self.free.lock().expect("nobody panics inside");
        while *free == 0 {
            free = self.freed.wait(free).expect("nobody panics inside");
        }
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().expect("nobody panics inside") += 1;
        self.0.freed.notify_one();
    }
}
// ANCHOR_END: semaphore
