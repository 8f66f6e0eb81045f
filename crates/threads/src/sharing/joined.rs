//! Nothing shared: every thread keeps a total of its own and returns it.

use std::ops::Range;
use std::thread;

use workloads::{parts, squares};

/// The sum of the squares of `numbers`, by `workers` threads; the calling thread adds up
/// what they return.
///
/// # Panics
///
/// When `workers` is 0, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: usize) -> u64 {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for part in parts::equal(numbers, workers) {
            threads.push(scope.spawn(|| squares::sum(part)));
        }
        let sums = threads
            .into_iter()
            .map(|thread| thread.join().expect("summing doesn't panic"));
        sums.fold(0, u64::wrapping_add)
    })
}
// ANCHOR_END: total
