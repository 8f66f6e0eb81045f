//! Threads. A module for each group of measurements, which has its name.

mod dividing;
mod false_sharing;
mod sharing;
mod starting;
mod uneven;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = starting::bench, sharing::bench, false_sharing::bench, dividing::bench, uneven::bench
}
criterion_main!(benches);
