//! A number that is read, and written back a moment later.

use crate::crowd::{at_once, together};
use crate::sync::Barrier;
use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Adds one. Whatever others do `meanwhile`, between the load and the store, is lost.
///
/// Both steps are atomic, so this is no data race, and Rust compiles it. A stronger ordering
/// would not help: what is missing is that nobody comes between.
// ANCHOR: increment
pub fn increment(count: &AtomicU64, meanwhile: impl FnOnce()) {
    let seen = count.load(Relaxed);
    meanwhile();
    count.store(seen + 1, Relaxed);
}
// ANCHOR_END: increment

/// What `threads` threads count to that add one `times` times each; at most
/// `threads * times`.
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

/// The same, but no thread begins before all of them have started, so that they meet.
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
