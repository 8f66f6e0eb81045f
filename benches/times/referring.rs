//! What it costs to count references, in one thread that takes and drops them, and in two. Only the
//! counting is timed: looking the object up takes a lock, which would cost more than the counting.

use criterion::Criterion;
use race_conditions::refcount::COUNTS;

/// How many references each thread takes: so many that starting the thread costs little beside them.
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
