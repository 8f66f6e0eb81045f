//! Primes in two equal parts of the range: what share of the work is in the larger numbers? Derived
//! from the divisions that it takes, measured by itself, and seen by two threads.
//!
//! The ways take turns, so that a slow moment of the machine slows all of them down.

use std::ops::Range;

use benches::{Observer, Unit};
use threads::dividing::scoped;
use tour::clock;
use workloads::primes;

/// How many numbers there are: as many as in the group `uneven`.
const NUMBERS: u64 = 1_000_000;
const LARGER: Range<u64> = NUMBERS / 2..NUMBERS;
/// A pass is short, but what else happens on the machine meanwhile may not be.
const PASSES: usize = 5;

pub(crate) fn observe(observer: &mut Observer) {
    let divisions = |numbers| primes::divisions(numbers) as f64;
    let expected = divisions(LARGER) / divisions(0..NUMBERS);
    for _ in 0..observer.times(PASSES) * observer.rounds() {
        let (all, alone) = clock::time(|| primes::count(0..NUMBERS));
        let (larger, its_time) = clock::time(|| primes::count(LARGER));
        let (same, split) = clock::time(|| scoped::total(0..NUMBERS, 2, primes::count));
        assert!(all == same && larger < all, "{all} {same} {larger}");
        let share = its_time.as_secs_f64() / alone.as_secs_f64();
        let two = split.as_secs_f64() / alone.as_secs_f64();
        observer.sample("the larger half/of the divisions", Unit::Ratio, expected);
        observer.sample("the larger half/of the time", Unit::Ratio, share);
        observer.sample("two threads/of the time of one", Unit::Ratio, two);
        observer.sample(
            "two threads/against what is expected",
            Unit::Ratio,
            two / expected,
        );
    }
}
