//! Read, add, write: three steps, and the other process may come between.

use std::sync::atomic::Ordering::Relaxed;

use super::Words;

/// Adds one, so many times; some of them may be lost.
// ANCHOR: add
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
    }
}
// ANCHOR_END: add
