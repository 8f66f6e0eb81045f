//! One total, added up by many threads. Four ways to share it, side by side, with the
//! same signature.
//!
//! * [`mutex`]: one total behind a lock that every thread takes for every number.
//! * [`atomic`]: one total that the processor itself adds to.
//! * [`channel`]: one thread owns the total, the others send it numbers.
//! * [`joined`]: nothing shared; every thread returns its part.
//!
//! And [`arc`]: the mutex for threads without a scope.
//!
//! The total is the sum of squares modulo 2⁶⁴, as in [`workloads::squares::sum`].

pub mod arc;
pub mod atomic;
pub mod channel;
pub mod joined;
pub mod mutex;

use std::ops::Range;
use std::thread;

/// A way to share a total: takes the numbers and how many workers there are, returns the
/// total.
pub type Way = fn(Range<u64>, usize) -> u64;

/// The four ways by name, the one that shares least first.
pub const WAYS: [(&str, Way); 4] = [
    ("sums joined", joined::total),
    ("atomic", atomic::total),
    ("mutex", mutex::total),
    ("channel", channel::total),
];

/// Lets a thread write to each of `numbers` numbers; returns how many of these writes its
/// parent sees once the thread has ended: all of them, since the threads of a process share
/// its memory.
// ANCHOR: writes
pub fn writes_seen(numbers: usize) -> usize {
    let mut shared = vec![0_u64; numbers];
    thread::scope(|scope| {
        scope.spawn(|| shared.fill(7));
    });
    shared.iter().filter(|&&number| number == 7).count()
}
// ANCHOR_END: writes

#[cfg(test)]
mod tests {
    use workloads::squares;

    use super::*;

    #[test]
    fn every_way_finds_the_same_total() {
        for (numbers, workers) in [(0..10_000, 1), (0..10_000, 4), (5..7, 8), (0..0, 2)] {
            for (name, way) in WAYS.into_iter().chain([("arc", arc::total as Way)]) {
                let total = way(numbers.clone(), workers);
                assert_eq!(total, squares::sum(numbers.clone()), "{name}");
            }
        }
    }

    #[test]
    fn the_parent_sees_every_write() {
        assert_eq!(writes_seen(1_000), 1_000);
    }
}
