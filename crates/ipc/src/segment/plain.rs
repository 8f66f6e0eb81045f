//! Read, add, write: three steps, and the other process may come between.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::{TOGETHER, Words, until};

/// Adds one, so many times; some of them may be lost.
// ANCHOR: add
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
    }
}
// ANCHOR_END: add

/// Adds one, once; but nobody writes before both have read.
pub fn forced(words: &Words, _: u64) {
    let seen = words.count.load(Relaxed);
    words.read.fetch_add(1, SeqCst);
    until(&words.read, TOGETHER);
    words.count.store(seen + 1, Relaxed);
}
