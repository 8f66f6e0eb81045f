//! Wrong: it counts right, but each visitor waits for a lock, which was not asked for. It
//! is what one writes in most languages.
//! Caught by `takes_no_lock`: can the atomic do it in one step?

use witness::sync::Mutex;

pub struct Museum {
    visitors: Mutex<u64>,
}

impl Museum {
    pub fn new() -> Self {
        Self { visitors: Mutex::new(0) }
    }

    pub fn enter(&self) -> u64 {
        let mut visitors = self.visitors.lock().unwrap();
        *visitors += 1;
        *visitors
    }

    pub fn visitors(&self) -> u64 {
        *self.visitors.lock().unwrap()
    }
}
