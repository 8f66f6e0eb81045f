//! A lock that lies in the segment, beside what it guards: a word that is 0 or 1.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use super::Words;

/// Adds 1 to the count, `times` times, with the lock held. Waits for ever if the lock stays locked.
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        while !lock(words, 1_000) {}
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
        unlock(words);
    }
}

/// Tries to take the lock, `tries` times at most; returns whether it did.
// ANCHOR: lock
pub fn lock(words: &Words, tries: u64) -> bool {
    (0..tries).any(|_| {
        let was_open = words.lock.swap(1, Acquire) == 0;
        if !was_open {
            // Whoever holds the lock may need our core to get done.
            thread::yield_now();
        }
        was_open
    })
}

/// Opens the lock again.
pub fn unlock(words: &Words) {
    words.lock.store(0, Release);
}
// ANCHOR_END: lock
