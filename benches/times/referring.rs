//! What it costs to count references: one thread that takes and drops them, and two. Nothing but the
//! counts: to look the object up takes a lock, which costs more than they do.

use criterion::Criterion;
use race_conditions::refcount::COUNTS;

/// Of each thread: so many that its start is little beside them.
const REFERENCES: u64 = 100_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("referring");
    for (threads, who) in [(1, "one thread"), (2, "two threads")] {
        for (name, count) in COUNTS {
            let name = format!("{who}, {name}");
            group.bench_function(name, |bencher| {
                bencher.iter(|| count(threads, REFERENCES));
            });
        }
    }
    group.finish();
}
