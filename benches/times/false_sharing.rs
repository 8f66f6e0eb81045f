//! Counters on one cache line, and on lines of their own.

use criterion::Criterion;
use threads::false_sharing;

const WORKERS: usize = 2;
const STEPS: u64 = 1_000_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("false_sharing");
    group.bench_function("side by side", |bencher| {
        bencher.iter(|| false_sharing::packed(WORKERS, STEPS))
    });
    group.bench_function("padded", |bencher| {
        bencher.iter(|| false_sharing::padded(WORKERS, STEPS))
    });
    group.finish();
}
