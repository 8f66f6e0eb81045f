//! Squares in equal parts, from a hundred numbers to a billion: where does
//! splitting start to pay?

use criterion::{BenchmarkId, Criterion, SamplingMode};
use threads::dividing::{scoped, sequential, stealing};
use workloads::parts::cores;
use workloads::squares;

const SIZES: [u64; 8] =
    [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

pub(crate) fn bench(criterion: &mut Criterion) {
    let workers = cores();
    let mut group = criterion.benchmark_group("dividing");
    for size in SIZES {
        if size >= 1_000_000_000 {
            group.sampling_mode(SamplingMode::Flat).sample_size(10);
        }
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
