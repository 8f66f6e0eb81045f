//! Work stealing with rayon.

use std::ops::Range;

use rayon::prelude::*;
use workloads::parts;

/// Does `work` on each of `parts` equal parts of `numbers`, as tasks of the current rayon
/// pool; returns the sum, modulo 2⁶⁴.
///
/// The current pool is rayon's global one, with one worker per core unless
/// `RAYON_NUM_THREADS` says otherwise, or the [`rayon::ThreadPool`] whose `install` calls
/// this function. `with_max_len(1)` keeps rayon from putting several parts into one task.
///
/// # Panics
///
/// When `parts` is 0, and when `work` panics.
// ANCHOR: total
pub fn total(numbers: Range<u64>, parts: usize, work: fn(Range<u64>) -> u64) -> u64 {
    let parts: Vec<_> = parts::equal(numbers, parts).collect();
    parts.into_par_iter().with_max_len(1).map(work).reduce(|| 0, u64::wrapping_add)
}
// ANCHOR_END: total
