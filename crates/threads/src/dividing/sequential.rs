//! One part after the other.

use std::ops::Range;

use workloads::parts;

/// Does `work` on each of `parts` equal parts of `numbers`, one after the other; returns
/// the sum, modulo 2⁶⁴.
///
/// # Panics
///
/// When `parts` is 0, and when `work` panics.
// ANCHOR: total
pub fn total(numbers: Range<u64>, parts: usize, work: fn(Range<u64>) -> u64) -> u64 {
    let mut total = 0_u64;
    for part in parts::equal(numbers, parts) {
        total = total.wrapping_add(work(part));
    }
    total
}
// ANCHOR_END: total
