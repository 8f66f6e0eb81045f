//! What it costs to count references: two threads that take and drop them.

use criterion::Criterion;
use race_conditions::refcount::WAYS;

/// Of each thread.
const REFERENCES: u64 = 10_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("referring");
    for (name, share) in WAYS {
        group.bench_function(name, |bencher| bencher.iter(|| share(2, REFERENCES)));
    }
    group.finish();
}
