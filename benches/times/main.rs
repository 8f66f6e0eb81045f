//! What criterion can measure: a module for each group, with the group's name.
//!
//! `criterion_main!` leaves no room for the entry of workers, so `main` does what the macro would.

mod counting;
mod dividing;
mod false_sharing;
mod loops;
mod referring;
mod selling;
mod sharing;
#[cfg(unix)]
mod splitting;
mod starting;
mod uneven;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    #[cfg(unix)]
    processes::worker::entry(processes::WORKS);
    let config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    let mut criterion = config.configure_from_args();
    loops::bench(&mut criterion);
    starting::bench(&mut criterion);
    sharing::bench(&mut criterion);
    false_sharing::bench(&mut criterion);
    dividing::bench(&mut criterion);
    uneven::bench(&mut criterion);
    counting::bench(&mut criterion);
    selling::bench(&mut criterion);
    referring::bench(&mut criterion);
    #[cfg(unix)]
    splitting::bench(&mut criterion);
    criterion.final_summary();
}
