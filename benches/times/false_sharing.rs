//! Counters on one cache line, and on lines of their own.

use criterion::Criterion;
use threads::false_sharing;

/// Two threads get into each other's way. A single one can't, wherever its counter lies.
const WORKERS: [(usize, &str); 2] = [(2, ""), (1, "one thread, ")];
const STEPS: u64 = 1_000_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("false_sharing");
    for (workers, alone) in WORKERS {
        group.bench_function(format!("{alone}side by side"), |bencher| {
            bencher.iter(|| false_sharing::packed(workers, STEPS))
        });
        group.bench_function(format!("{alone}padded"), |bencher| {
            bencher.iter(|| false_sharing::padded(workers, STEPS))
        });
    }
    group.finish();
}
