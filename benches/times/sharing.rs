//! One total, shared in four ways by one, two and four threads.

use std::ops::Range;

use criterion::{BenchmarkId, Criterion};
use threads::sharing::WAYS;
use workloads::squares;

const NUMBERS: Range<u64> = 0..100_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sharing");
    group.bench_function("no threads", |bencher| bencher.iter(|| squares::sum(NUMBERS)));
    for (name, way) in WAYS {
        for workers in [1, 2, 4] {
            group.bench_function(BenchmarkId::new(name, workers), |bencher| {
                bencher.iter(|| way(NUMBERS, workers));
            });
        }
    }
    group.finish();
}
