//! Processes. A module for each group of measurements, which has its name.
//!
//! `criterion_main!` leaves no room for the worker entry, so `main` says what it would.

#[cfg(unix)]
mod splitting;

#[cfg(unix)]
fn main() {
    use std::time::Duration;

    use criterion::Criterion;

    processes::worker::entry(processes::WORKS);
    let config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    let mut criterion = config.configure_from_args();
    splitting::bench(&mut criterion);
    criterion.final_summary();
}

#[cfg(not(unix))]
fn main() {}
