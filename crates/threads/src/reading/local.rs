//! A copy for each thread. Nobody waits, and nobody sees what others do with theirs.

use std::cell::RefCell;

use super::{at_once, list, read_all};

// ANCHOR: copy
thread_local! {
    /// Each thread has one of its own, which is empty when the thread starts.
    static LIST: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}
// ANCHOR_END: copy

/// So many `threads` read a list of so many `numbers`, each so many `times`; returns the sum.
///
/// # Panics
///
/// When `threads` is 0, and when the system has no thread to spare.
// ANCHOR: read
pub fn read(threads: usize, times: usize, numbers: usize) -> u64 {
    let original = list(numbers);
    at_once(threads, times, || {
        LIST.with_borrow_mut(|mine| {
            if mine.len() != original.len() {
                mine.clone_from(&original);
            }
            read_all(mine)
        })
    })
}
// ANCHOR_END: read
