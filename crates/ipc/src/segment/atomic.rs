//! Adding in one step: the processor lets no other core come between, whichever process it works
//! for.

use std::sync::atomic::Ordering::Relaxed;

use super::Words;

/// Adds 1 to the count, `times` times. None is lost.
// ANCHOR: add
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        words.count.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: add
