//! About a second of squares: how much faster are all cores than one? The ways follow
//! each other at once, so that a slow minute of the machine slows down all of them, and
//! take turns in going first.

use benches::{Observer, Unit};
use threads::dividing::{scoped, sequential, stealing};
use tour::clock;
use workloads::parts::cores;
use workloads::squares;

/// Takes a little under a second on our reference machine, when it is quiet.
const NUMBERS: u64 = 2_000_000_000;

/// A second is long enough for something else to happen in it, so one pass says little.
const PASSES: usize = 3;

pub(crate) fn observe(observer: &mut Observer) {
    let ways: [fn() -> u64; 3] = [
        || sequential::total(0..NUMBERS, 1, squares::sum),
        || scoped::total(0..NUMBERS, cores(), squares::sum),
        || stealing::total(0..NUMBERS, cores(), squares::sum),
    ];
    // Rayon starts its threads when it is first used.
    stealing::total(0..1_000, cores(), squares::sum);
    for round in 0..PASSES * observer.rounds() {
        let mut seconds = [0.0; 3];
        let mut totals = [0; 3];
        for i in 0..ways.len() {
            let way = (round + i) % ways.len();
            let (total, time) = clock::time(ways[way]);
            (seconds[way], totals[way]) = (time.as_secs_f64(), total);
        }
        assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
        let [alone, threads, rayon] = seconds;
        observer.sample("threads", Unit::Ratio, alone / threads);
        observer.sample("rayon", Unit::Ratio, alone / rayon);
    }
}
