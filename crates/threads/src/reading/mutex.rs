//! The list behind a `Mutex`: one reader at a time.

use std::sync::Mutex;

use super::{at_once, list, read_all};

/// Lets `threads` threads read a list of `numbers` numbers, each of them `times` times; returns
/// the sum of all numbers read.
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
