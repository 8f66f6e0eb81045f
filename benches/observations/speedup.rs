//! About a second of squares: how much faster are all cores than one? The ways follow
//! each other at once, so that a slow minute of the machine slows down all of them, and
//! take turns in going first.

use benches::{Observer, Unit};
#[cfg(unix)]
use processes::dividing::{SQUARES, started};
use threads::dividing::{scoped, sequential, stealing};
use tour::clock;
use workloads::parts::cores;
use workloads::squares;

/// Takes a little under a second on our reference machine, when it is quiet.
const NUMBERS: u64 = 2_000_000_000;

/// A second is long enough for something else to happen in it, so one pass says little.
const PASSES: usize = 3;

/// Its name, and how it finds the total.
type Way = (&'static str, fn() -> u64);

pub(crate) fn observe(observer: &mut Observer) {
    // The first is what the others are compared with.
    let ways: &[Way] = &[
        ("one thread", || sequential::total(0..NUMBERS, 1, squares::sum)),
        ("threads", || scoped::total(0..NUMBERS, cores(), squares::sum)),
        ("rayon", || stealing::total(0..NUMBERS, cores(), squares::sum)),
        #[cfg(unix)]
        ("processes", || {
            started::total(0..NUMBERS, cores(), &SQUARES).expect("they start")
        }),
    ];
    // Rayon starts its threads when it is first used.
    stealing::total(0..1_000, cores(), squares::sum);
    for round in 0..PASSES * observer.rounds() {
        let mut seconds = vec![0.0; ways.len()];
        let mut totals = vec![0; ways.len()];
        for i in 0..ways.len() {
            let way = (round + i) % ways.len();
            let (total, time) = clock::time(ways[way].1);
            (seconds[way], totals[way]) = (time.as_secs_f64(), total);
        }
        assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
        for ((name, _), time) in ways.iter().zip(&seconds).skip(1) {
            observer.sample(name, Unit::Ratio, seconds[0] / time);
        }
    }
}
