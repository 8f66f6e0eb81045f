//! Primes: in how many parts should uneven work be cut?

use criterion::{BenchmarkId, Criterion, SamplingMode};
use threads::dividing::{by_hand, scoped, sequential, stealing};
use workloads::parts::cores;
use workloads::primes;

/// So many numbers that the work of a part outweighs the start of a thread, up to some dozens of parts.
const NUMBERS: u64 = 1_000_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("uneven");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("one thread", |bencher| {
        bencher.iter(|| sequential::total(0..NUMBERS, 1, primes::count));
    });
    group.bench_function("equal parts", |bencher| {
        bencher.iter(|| scoped::total(0..NUMBERS, cores(), primes::count));
    });
    for parts in [2, 8, 32, 128, 512] {
        group.bench_function(BenchmarkId::new("a thread each", parts), |bencher| {
            bencher.iter(|| scoped::total(0..NUMBERS, parts, primes::count));
        });
    }
    for parts in [2, 8, 32, 128, 512, 4_096, 32_768, 1_000_000] {
        group.bench_function(BenchmarkId::new("rayon", parts), |bencher| {
            bencher.iter(|| stealing::total(0..NUMBERS, parts, primes::count));
        });
    }
    for parts in [2, 32, 512, 32_768, 1_000_000] {
        group.bench_function(BenchmarkId::new("our own pool", parts), |bencher| {
            bencher.iter(|| by_hand::total(0..NUMBERS, parts, primes::count));
        });
    }
    group.finish();
}
