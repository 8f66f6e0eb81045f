//! A number behind a lock.

use crate::crowd::at_once;
use crate::sync::Mutex;

/// Lets `threads` threads add one `times` times each; returns what they have counted to.
// ANCHOR: count
pub fn count(threads: usize, times: u64) -> u64 {
    let count = Mutex::new(0);
    at_once(threads, || {
        for _ in 0..times {
            *count.lock().expect("nobody panics while counting") += 1;
        }
    });
    count.into_inner().expect("nobody panicked while counting")
}
// ANCHOR_END: count
