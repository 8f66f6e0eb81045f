//! One reader at a time.

use std::sync::Mutex;

use super::{at_once, list, read_all};

/// So many `threads` read a list of so many `numbers`, each so many `times`; returns the sum.
///
/// # Panics
///
/// When `threads` is 0, and when the system has no thread to spare.
// ANCHOR: read
pub fn read(threads: usize, times: usize, numbers: usize) -> u64 {
    let list = Mutex::new(list(numbers));
    at_once(threads, times, || read_all(&list.lock().expect("reading is safe")))
}
// ANCHOR_END: read
