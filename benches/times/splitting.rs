//! Squares in equal parts, one for each core, in every way that the book has shown so far: where
//! does each way start to pay?

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion};
use processes::dividing::{SQUARES, kept, started};
use processes::worker::Program;
use threads::dividing::{scoped, sequential, stealing};
use workloads::parts::cores;
use workloads::squares;

/// How many numbers are squared. A million is the size in article C.
const SIZES: [u64; 7] = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("splitting");
    for size in SIZES {
        bench_size(&mut group, size);
    }
    group.finish();
}

fn bench_size(group: &mut BenchmarkGroup<WallTime>, size: u64) {
    let workers = cores();
    group.bench_function(BenchmarkId::new("one thread", size), |bencher| {
        bencher.iter(|| sequential::total(0..size, 1, squares::sum));
    });
    group.bench_function(BenchmarkId::new("threads", size), |bencher| {
        bencher.iter(|| scoped::total(0..size, workers, squares::sum));
    });
    group.bench_function(BenchmarkId::new("rayon", size), |bencher| {
        bencher.iter(|| stealing::total(0..size, workers, squares::sum));
    });
    group.bench_function(BenchmarkId::new("processes", size), |bencher| {
        bencher.iter(|| started::total(0..size, workers, &SQUARES).expect("they start"));
    });
    group.bench_function(BenchmarkId::new("processes kept", size), |bencher| {
        let team = Program::this().and_then(|this| this.start_all(SQUARES.name, workers));
        let mut team = team.expect("they start");
        bencher.iter(|| kept::total(0..size, &mut team).expect("they live"));
    });
}
