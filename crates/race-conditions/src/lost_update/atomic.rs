//! A number that the processor reads, adds to and writes in one step.

use crate::crowd::at_once;
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Lets `threads` threads add one `times` times each; returns what they have counted to.
// ANCHOR: count
pub fn count(threads: usize, times: u64) -> u64 {
    let count = AtomicU64::new(0);
    at_once(threads, || {
        for _ in 0..times {
            count.fetch_add(1, Relaxed);
        }
    });
    count.into_inner()
}
// ANCHOR_END: count
