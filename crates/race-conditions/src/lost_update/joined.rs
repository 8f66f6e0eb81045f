//! Nothing shared: each thread counts for itself.

use std::hint::black_box;

use crate::crowd::at_once;

/// Lets `threads` threads add one `times` times each; returns what they have counted to.
// ANCHOR: count
pub fn count(threads: usize, times: u64) -> u64 {
    let counts = at_once(threads, || {
        // Without the box, the compiler would just return `times`.
        (0..times).fold(0, |count, _| black_box(count) + 1)
    });
    counts.into_iter().sum()
}
// ANCHOR_END: count
