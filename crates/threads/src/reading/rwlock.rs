//! All readers at once. A writer would have to wait until no one reads, and all who come then
//! would wait for it.

use std::sync::RwLock;

use super::{at_once, list, read_all};

/// So many `threads` read a list of so many `numbers`, each so many `times`; returns the sum.
///
/// # Panics
///
/// When `threads` is 0, and when the system has no thread to spare.
// ANCHOR: read
pub fn read(threads: usize, times: usize, numbers: usize) -> u64 {
    let list = RwLock::new(list(numbers));
    at_once(threads, times, || read_all(&list.read().expect("reading is safe")))
}
// ANCHOR_END: read
