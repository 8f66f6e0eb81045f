//! The same work a thousand times: it never takes the same time twice.

use benches::{Observer, Unit};
use tour::clock;
use workloads::squares;

/// About a third of a millisecond.
const NUMBERS: u64 = 1_000_000;
const RUNS: usize = 1_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let expected = squares::sum(0..NUMBERS);
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let (sum, time) = clock::time(|| squares::sum(0..NUMBERS));
            assert_eq!(sum, expected);
            times.push(time.as_nanos() as f64);
        }
        times.sort_unstable_by(f64::total_cmp);
        observer.sample("fastest", Unit::Ns, times[0]);
        observer.sample("median", Unit::Ns, times[RUNS / 2]);
        observer.sample("one in a hundred", Unit::Ns, times[RUNS - RUNS / 100]);
        observer.sample("slowest", Unit::Ns, times[RUNS - 1]);
    }
}
