//! Adding in three steps, read, add, write, and the other process may come between them.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use super::{TOGETHER, Words, until};

/// Adds 1 to the count, `times` times; some of these additions may be lost.
// ANCHOR: add
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
    }
}
// ANCHOR_END: add

/// Adds 1 once, but writes only when both processes have read: so one addition is always lost.
pub fn forced(words: &Words, _: u64) {
    let seen = words.count.load(Relaxed);
    words.read.fetch_add(1, SeqCst);
    until(&words.read, TOGETHER);
    words.count.store(seen + 1, Relaxed);
}
