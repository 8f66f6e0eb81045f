//! The same work a thousand times: it never takes the same time twice.

use benches::{Observer, Unit};
use tour::clock;
use workloads::squares;

/// How many numbers are squared in a run: so few that it is short.
const NUMBERS: u64 = 1_000_000;
const RUNS: usize = 1_000;
/// The bins of a histogram: how much longer than the fastest run a run takes, at most. Each bin but the
/// last is twice as wide as the one before.
const LONGER: [(&str, f64); 8] = [
    ("by 1% at most", 0.01),
    ("by 1 to 2%", 0.02),
    ("by 2 to 4%", 0.04),
    ("by 4 to 8%", 0.08),
    ("by 8 to 16%", 0.16),
    ("by 16 to 32%", 0.32),
    ("by 32 to 64%", 0.64),
    ("by more than that", f64::INFINITY),
];

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
        observer.sample("time/fastest", Unit::Ns, times[0]);
        observer.sample("time/median", Unit::Ns, times[RUNS / 2]);
        observer.sample("time/one in a hundred", Unit::Ns, times[RUNS - RUNS / 100]);
        observer.sample("time/slowest", Unit::Ns, times[RUNS - 1]);
        let mut from = 0;
        for (name, share) in LONGER {
            let to = times.partition_point(|time| time / times[0] <= 1.0 + share);
            let name = format!("longer than the fastest/{name}");
            observer.sample(&name, Unit::Count, (to - from) as f64);
            from = to;
        }
    }
}
