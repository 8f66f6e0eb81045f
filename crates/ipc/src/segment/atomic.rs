//! One step: the processor lets nobody come between, whichever process it is.

use std::sync::atomic::Ordering::Relaxed;

use super::Words;

/// Adds one, so many times.
// ANCHOR: add
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        words.count.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: add
