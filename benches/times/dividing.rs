//! Squares in equal parts, from a hundred numbers to a hundred million: where does
//! splitting start to pay?

use criterion::{BenchmarkId, Criterion};
use threads::dividing::{scoped, sequential, stealing};
use workloads::parts::cores;
use workloads::squares;

const SIZES: [u64; 7] = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

pub(crate) fn bench(criterion: &mut Criterion) {
    let workers = cores();
    let mut group = criterion.benchmark_group("dividing");
    for size in SIZES {
        group.bench_function(BenchmarkId::new("one thread", size), |bencher| {
            bencher.iter(|| sequential::total(0..size, 1, squares::sum));
        });
        group.bench_function(BenchmarkId::new("threads", size), |bencher| {
            bencher.iter(|| scoped::total(0..size, workers, squares::sum));
        });
        group.bench_function(BenchmarkId::new("rayon", size), |bencher| {
            bencher.iter(|| stealing::total(0..size, workers, squares::sum));
        });
    }
    group.finish();
}
