//! The loop that LLVM turns into a formula, and the one that it can't.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use workloads::squares;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("loops");
    for size in [10, 1_000, 100_000, 10_000_000_u64] {
        group.bench_function(BenchmarkId::new("formula", size), |bencher| {
            bencher.iter(|| squares::sum_by_formula(0..black_box(size)));
        });
        group.bench_function(BenchmarkId::new("number by number", size), |bencher| {
            bencher.iter(|| squares::sum(0..black_box(size)));
        });
    }
    group.finish();
}
