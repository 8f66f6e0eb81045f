//! The list behind an `RwLock`: all readers may hold it at once. A writer would have to wait
//! until nobody reads, and readers that come meanwhile may have to wait for the writer.

use std::sync::RwLock;

use super::{at_once, list, read_all};

/// Lets `threads` threads read a list of `numbers` numbers, each of them `times` times; returns
/// the sum of all numbers read.
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
