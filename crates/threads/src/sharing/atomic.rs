//! A total that the processor adds to in one indivisible step.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use workloads::parts;

/// The sum of the squares of `numbers`, by `workers` threads that add to one atomic
/// total.
///
/// # Panics
///
/// When `workers` is 0, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: usize) -> u64 {
    let total = AtomicU64::new(0);
    thread::scope(|scope| {
        for part in parts::equal(numbers, workers) {
            scope.spawn(|| {
                for n in part {
                    // `fetch_add` wraps around. Relaxed is enough: only the total itself
                    // is shared, and the end of the scope makes every addition visible.
                    total.fetch_add(n.wrapping_mul(n), Relaxed);
                }
            });
        }
    });
    total.into_inner()
}
// ANCHOR_END: total
