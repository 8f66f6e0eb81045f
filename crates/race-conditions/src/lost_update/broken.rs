//! A number that is read, and written back a moment later.

use crate::crowd::{at_once, together};
use crate::sync::Barrier;
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Adds one to `count`, and calls `meanwhile` between the load and the store: whatever other
/// threads add then is lost.
///
/// Both steps are atomic, so this is no data race, and Rust compiles it. A stronger ordering
/// would not help: other threads could still come between the two steps.
// ANCHOR: increment
pub fn increment(count: &AtomicU64, meanwhile: impl FnOnce()) {
    let seen = count.load(Relaxed);
    meanwhile();
    count.store(seen + 1, Relaxed);
}
// ANCHOR_END: increment

/// Lets `threads` threads add one `times` times each; returns what they have counted to, which
/// is `threads * times` at most.
// ANCHOR: count
pub fn count(threads: usize, times: u64) -> u64 {
    let count = AtomicU64::new(0);
    at_once(threads, || {
        for _ in 0..times {
            increment(&count, || {});
        }
    });
    count.into_inner()
}
// ANCHOR_END: count

/// Counts like [`count`], but no thread begins before all of them have started, so that they
/// really run at the same time.
pub fn count_together(threads: usize, times: u64) -> u64 {
    let count = AtomicU64::new(0);
    together(threads, || {
        for _ in 0..times {
            increment(&count, || {});
        }
    });
    count.into_inner()
}

/// Two threads add one each, and neither writes before both have read. Returns 1, always.
// ANCHOR: forced
pub fn forced() -> u64 {
    let count = AtomicU64::new(0);
    let both_have_read = Barrier::new(2);
    at_once(2, || {
        increment(&count, || {
            both_have_read.wait();
        });
    });
    count.into_inner()
}
// ANCHOR_END: forced
