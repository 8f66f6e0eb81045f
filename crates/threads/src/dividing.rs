//! One range of numbers, cut in parts, and four ways to work through the parts.
//!
//! * [`sequential`]: one part after the other, no threads.
//! * [`scoped`]: a thread for every part.
//! * [`stealing`]: rayon splits the parts among its workers; a worker that has none left
//!   steals some from another.
//! * [`by_hand`]: work stealing without rayon, on `crossbeam-deque`, to see how it is done.
//!
//! All have the same signature, and the work is a parameter: even work is
//! [`workloads::squares::sum`], uneven work is [`workloads::primes::count`].

pub mod by_hand;
pub mod scoped;
pub mod sequential;
pub mod stealing;

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use workloads::{primes, squares};

    use super::*;

    type Way = fn(Range<u64>, usize, fn(Range<u64>) -> u64) -> u64;

    #[test]
    fn every_way_finds_the_same_total() {
        let ways: [Way; 4] =
            [sequential::total, scoped::total, stealing::total, by_hand::total];
        for (numbers, parts) in [(0..10_000, 1), (0..10_000, 7), (3..5, 9), (0..0, 2)] {
            for way in ways {
                assert_eq!(
                    way(numbers.clone(), parts, squares::sum),
                    squares::sum(numbers.clone())
                );
                assert_eq!(
                    way(numbers.clone(), parts, primes::count),
                    primes::count(numbers.clone())
                );
            }
        }
    }
}
