//! What the fixes of a lost update cost: two threads that add to one number.

use criterion::Criterion;
use race_conditions::lost_update::WAYS;

/// How often each thread adds.
const ADDITIONS: u64 = 100_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("counting");
    for (name, count) in WAYS {
        group.bench_function(name, |bencher| bencher.iter(|| count(2, ADDITIONS)));
    }
    group.finish();
}
