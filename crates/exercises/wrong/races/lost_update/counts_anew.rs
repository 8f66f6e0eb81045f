//! Wrong: it takes a lock, and lets `witness` begin to count anew before anybody looks.
//! Caught by `takes_no_lock`: calls `watch` itself

use witness::sync::Mutex;

#[derive(Default)]
pub struct Museum {
    visitors: Mutex<u64>,
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        let mut visitors = self.visitors.lock().unwrap();
        *visitors += 1;
        *visitors
    }

    pub fn visitors(&self) -> u64 {
        let visitors = *self.visitors.lock().unwrap();
        witness::watch(|| visitors).value
    }
}
