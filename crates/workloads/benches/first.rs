//! A first bench: how long do a million squares take?

use criterion::{Criterion, criterion_group, criterion_main};
use workloads::squares;

// ANCHOR: first
fn million_squares(criterion: &mut Criterion) {
    criterion.bench_function("a million squares", |bencher| {
        bencher.iter(|| squares::sum(0..1_000_000));
    });
}

criterion_group!(benches, million_squares);
criterion_main!(benches);
// ANCHOR_END: first
