//! Starting a thread, and waiting for it to end.

use std::ops::Range;
use std::thread;

use workloads::squares;

/// Starts a thread that has nothing to do, and waits until it has ended.
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn spawn_and_join() {
    let thread = thread::spawn(|| {});
    thread.join().expect("a thread that does nothing can't fail");
}

/// Sums the squares of the numbers in each of `ranges`, in a thread for each; returns the
/// sums in the order of the ranges.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: threads
pub fn in_threads(ranges: &[Range<u64>]) -> Vec<u64> {
    let mut threads = Vec::new();
    for numbers in ranges {
        let numbers = numbers.clone();
        threads.push(thread::spawn(move || squares::sum(numbers)));
    }

    let mut sums = Vec::new();
    for thread in threads {
        sums.push(thread.join().expect("summing doesn't panic"));
    }
    sums
}
// ANCHOR_END: threads

/// Returns what [`in_threads`] returns, computed one range after the other in the calling
/// thread.
// ANCHOR: one_by_one
pub fn one_after_the_other(ranges: &[Range<u64>]) -> Vec<u64> {
    let mut sums = Vec::new();
    for numbers in ranges {
        sums.push(squares::sum(numbers.clone()));
    }
    sums
}
// ANCHOR_END: one_by_one

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_return_what_one_after_the_other_returns() {
        for workers in [0, 1, 10] {
            let ranges = vec![0..1_000; workers];
            assert_eq!(in_threads(&ranges), one_after_the_other(&ranges));
        }
    }

    #[test]
    fn sums_come_in_the_order_of_the_ranges() {
        // The first thread has by far the most to do, so it ends last.
        assert_eq!(in_threads(&[0..1_000_000, 0..2, 0..3])[1..], [1, 5]);
    }

    #[test]
    fn a_thread_starts_and_ends() {
        spawn_and_join();
    }
}
