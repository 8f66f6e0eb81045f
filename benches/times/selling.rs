//! What it costs to sell each seat only once: two buyers buy until there is no seat left.

use criterion::Criterion;
use race_conditions::last_seat::WAYS;

const SEATS: i64 = 10_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("selling");
    for (name, sell) in WAYS {
        group.bench_function(name, |bencher| bencher.iter(|| sell(SEATS, 2)));
    }
    group.finish();
}
