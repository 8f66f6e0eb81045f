//! False sharing: every thread has a counter of its own, and still they wait for each
//! other.
//!
//! Memory moves between cores in cache lines, most often 64 bytes. Only one core can
//! write to a line at a time. So threads that write to two counters on one line hold each
//! other up as if they shared a single counter.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use crossbeam_utils::CachePadded;

/// Lets `workers` threads count to `steps`, each in a counter of its own; the counters lie
/// side by side in memory. Returns their sum.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: packed
pub fn packed(workers: usize, steps: u64) -> u64 {
    let counters: Vec<AtomicU64> = (0..workers).map(|_| AtomicU64::new(0)).collect();
    count(&counters, |counter| counter, steps)
}
// ANCHOR_END: packed

/// Counts like [`packed`], but with each counter on a cache line of its own. `CachePadded`
/// pads to 128 bytes on x86-64 and 64-bit ARM, since some of these processors fetch lines
/// in pairs or have lines of 128 bytes.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: padded
pub fn padded(workers: usize, steps: u64) -> u64 {
    let counters: Vec<CachePadded<AtomicU64>> =
        (0..workers).map(|_| CachePadded::default()).collect();
    count(&counters, |counter| counter, steps)
}
// ANCHOR_END: padded

/// One thread for each of `counters` adds 1 to it, `steps` times. Returns the sum of all
/// counters.
// ANCHOR: count
fn count<C: Sync>(
    counters: &[C],
    atomic: impl Fn(&C) -> &AtomicU64 + Sync,
    steps: u64,
) -> u64 {
    let atomic = &atomic;
    thread::scope(|scope| {
        for counter in counters {
            scope.spawn(move || {
                for _ in 0..steps {
                    atomic(counter).fetch_add(1, Relaxed);
                }
            });
        }
    });
    counters.iter().map(|counter| atomic(counter).load(Relaxed)).sum()
}
// ANCHOR_END: count

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_count_to_the_end() {
        for workers in [1, 2, 5] {
            assert_eq!(packed(workers, 1_000), workers as u64 * 1_000);
            assert_eq!(padded(workers, 1_000), workers as u64 * 1_000);
        }
    }

    #[test]
    fn padding_puts_every_counter_on_a_line_of_its_own() {
        let address = |counter: &AtomicU64| std::ptr::from_ref(counter).addr();
        let padded: [CachePadded<AtomicU64>; 2] = Default::default();
        assert!(address(&padded[1]) - address(&padded[0]) >= 64);
    }
}
