//! A billion squares: how much faster are all cores than one? The ways follow each other at once, so
//! that a slow minute of the machine slows down all of them; and they take turns in going first.
//!
//! How much faster could they be? Cores that share a clock, a cache or a host give less together than
//! each does alone. So there is also a way in which every core does all of the work: nothing is
//! divided there, and its time tells what there is to be had.

use std::thread;

use benches::{Observer, Unit};
#[cfg(unix)]
use processes::dividing::{SQUARES, started};
use threads::dividing::{scoped, sequential, stealing};
use tour::clock;
use workloads::parts::cores;
use workloads::squares;

/// How many numbers are squared: as many as `splitting` and `dividing` go up to.
const NUMBERS: u64 = 1_000_000_000;

/// A pass takes long enough for something else to happen in it, so a single one says little.
const PASSES: usize = 3;

struct Way {
    name: &'static str,
    /// Finds the total of all squares.
    total: fn() -> u64,
    /// How many times `total` does the whole work.
    times: fn() -> usize,
}

/// The ways; the first one is what the others are compared with.
const WAYS: &[Way] = &[
    Way { name: "one thread", total: alone, times: || 1 },
    Way { name: "nothing divided", total: undivided, times: cores },
    Way {
        name: "threads",
        total: || scoped::total(0..NUMBERS, cores(), squares::sum),
        times: || 1,
    },
    Way {
        name: "rayon",
        total: || stealing::total(0..NUMBERS, cores(), squares::sum),
        times: || 1,
    },
    #[cfg(unix)]
    Way {
        name: "processes",
        total: || started::total(0..NUMBERS, cores(), &SQUARES).expect("they start"),
        times: || 1,
    },
];

fn alone() -> u64 {
    sequential::total(0..NUMBERS, 1, squares::sum)
}

/// Does the whole work on every core; returns the total.
fn undivided() -> u64 {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(alone)).collect();
        let totals = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        totals.last().expect("there is a core")
    })
}

pub(crate) fn observe(observer: &mut Observer) {
    // Rayon starts its threads when it is first used.
    stealing::total(0..1_000, cores(), squares::sum);
    for round in 0..observer.times(PASSES) * observer.rounds() {
        let mut seconds = vec![0.0; WAYS.len()];
        let mut totals = vec![0; WAYS.len()];
        for i in 0..WAYS.len() {
            let way = (round + i) % WAYS.len();
            let (total, time) = clock::time(WAYS[way].total);
            seconds[way] = time.as_secs_f64() / (WAYS[way].times)() as f64;
            totals[way] = total;
        }
        assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
        for (way, time) in WAYS.iter().zip(&seconds).skip(1) {
            observer.sample(way.name, Unit::Ratio, seconds[0] / time);
        }
    }
}
