//! A semaphore lets only so many threads go on at once, and makes the others wait. Rust's standard
//! library has none.

use crate::sync::{Condvar, Mutex};

/// A number of permits. A thread takes one, or waits until one is free.
#[derive(Debug)]
// ANCHOR: semaphore
pub struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A permit that a thread has taken. Dropping this value gives the permit back.
#[derive(Debug)]
#[must_use = "it is given back when it is dropped, which would be at once"]
pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    /// A semaphore with `permits` permits, all of them free.
    pub fn new(permits: usize) -> Self {
        Self { free: Mutex::new(permits), freed: Condvar::new() }
    }

    /// Waits until a permit is free, and takes it. There is no queue: a thread that comes just when
    /// a permit is given back may take it before those that have been waiting.
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
