//! Work stealing with rayon.

use std::ops::Range;

use rayon::prelude::*;
use workloads::parts;

/// Does `work` on each of `parts` equal parts of `numbers`, as tasks of the current rayon
/// pool; returns the sum, modulo 2⁶⁴.
///
/// The pool has one worker per core, unless it is called from another's
/// [`rayon::ThreadPool::install`].
// ANCHOR: total
pub fn total(numbers: Range<u64>, parts: usize, work: fn(Range<u64>) -> u64) -> u64 {
    let parts: Vec<_> = parts::equal(numbers, parts).collect();
    parts.into_par_iter().with_max_len(1).map(work).reduce(|| 0, u64::wrapping_add)
}
// ANCHOR_END: total
