//! A copy of the list for each thread: no thread waits, and none sees what another one does
//! with its copy.

use std::cell::RefCell;

use super::{at_once, list, read_all};

// ANCHOR: copy
thread_local! {
    /// The thread's own copy of the list, which is empty when the thread starts.
    static LIST: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}
// ANCHOR_END: copy

/// Lets `threads` threads read a list of `numbers` numbers, each of them `times` times; returns
/// the sum of all numbers read.
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
