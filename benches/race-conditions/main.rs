//! Race conditions. A module for each group of measurements, which has its name.

mod counting;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = counting::bench
}
criterion_main!(benches);
