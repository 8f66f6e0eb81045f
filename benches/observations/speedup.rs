//! About a second of squares: how much faster are two cores than one? Each sample compares runs that
//! followed each other at once, so that a slow minute of the machine slows down all of them.

use std::time::Duration;

use benches::{Observer, Unit};
use threads::dividing::{scoped, sequential, stealing};
use tour::clock;
use workloads::parts::cores;
use workloads::squares;

const NUMBERS: u64 = 2_000_000_000;

pub(crate) fn observe(observer: &mut Observer) {
    let workers = cores();
    for _ in 0..observer.rounds() {
        let (total, alone) =
            clock::time(|| sequential::total(0..NUMBERS, 1, squares::sum));
        let (same, threads) =
            clock::time(|| scoped::total(0..NUMBERS, workers, squares::sum));
        assert_eq!(total, same);
        let (same, rayon) =
            clock::time(|| stealing::total(0..NUMBERS, workers, squares::sum));
        assert_eq!(total, same);
        let mut sample = |name: &str, time: Duration| {
            observer.sample(name, Unit::Ratio, alone.as_secs_f64() / time.as_secs_f64());
        };
        sample("threads", threads);
        sample("rayon", rayon);
    }
}
