//! Race conditions. A module for each group of measurements, which has its name.

mod counting;
mod referring;
mod selling;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = counting::bench, selling::bench, referring::bench
}
criterion_main!(benches);
