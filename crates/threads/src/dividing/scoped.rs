//! A thread for every part.

use std::ops::Range;
use std::thread;

use workloads::parts;

/// Does `work` on each of `parts` equal parts of `numbers`, in a thread each; returns the
/// sum, modulo 2⁶⁴.
///
/// # Panics
///
/// When `parts` is 0, when `work` panics, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, parts: usize, work: fn(Range<u64>) -> u64) -> u64 {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for part in parts::equal(numbers, parts) {
            threads.push(scope.spawn(move || work(part)));
        }
        let mut total = 0_u64;
        for thread in threads {
            total = total.wrapping_add(thread.join().expect("the work doesn't panic"));
        }
        total
    })
}
// ANCHOR_END: total
