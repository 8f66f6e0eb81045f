//! What a thread costs, and ten of them beside the work that they do.

use criterion::{BenchmarkId, Criterion};
use threads::starting;

/// How many threads there are: as many as in article C.
const THREADS: usize = 10;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("starting");
    group.bench_function("spawn and join", |bencher| {
        bencher.iter(starting::spawn_and_join)
    });
    for numbers in [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000_u64] {
        let ranges = vec![0..numbers; THREADS];
        group.bench_function(
            BenchmarkId::new("squares/one after the other", numbers),
            |bencher| {
                bencher.iter(|| starting::one_after_the_other(&ranges));
            },
        );
        group.bench_function(
            BenchmarkId::new("squares/ten threads", numbers),
            |bencher| {
                bencher.iter(|| starting::in_threads(&ranges));
            },
        );
    }
    group.finish();
}
