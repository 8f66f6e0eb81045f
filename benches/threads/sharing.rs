//! One total, shared in four ways by one, two and four threads.

use std::ops::Range;

use criterion::{BenchmarkId, Criterion};
use threads::sharing::{atomic, channel, joined, mutex};
use workloads::squares;

const NUMBERS: Range<u64> = 0..100_000;

/// One way to share a total: numbers and workers in, the total out.
type Way = fn(Range<u64>, usize) -> u64;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sharing");
    group.bench_function("no threads", |bencher| bencher.iter(|| squares::sum(NUMBERS)));
    let ways: [(&str, Way); 4] = [
        ("sums joined", joined::total),
        ("atomic", atomic::total),
        ("mutex", mutex::total),
        ("channel", channel::total),
    ];
    for (name, way) in ways {
        for workers in [1, 2, 4] {
            group.bench_function(BenchmarkId::new(name, workers), |bencher| {
                assert_eq!(way(NUMBERS, workers), squares::sum(NUMBERS));
                bencher.iter(|| way(NUMBERS, workers));
            });
        }
    }
    group.finish();
}
