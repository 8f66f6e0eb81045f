//! `cargo run -p hybrid-pools`: everything that part VI of the book shows.

#[cfg(unix)]
mod demos;

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!(
        "hybrid-pools: pools of processes need Unix; use the Windows Subsystem for Linux"
    );
    ExitCode::FAILURE
}

#[cfg(unix)]
fn main() -> ExitCode {
    use tour::{Demo, Tour};
    use workloads::parts::cores;

    processes::worker::entry(hybrid_pools::WORKS);
    Tour::new(
        "hybrid-pools",
        "A process pool that survives its workers, and threads beside it.",
    )
    .demo(
        Demo::new("count", "four tasks that count", demos::count).workers(cores()).size(
            "steps of each",
            100_000_000,
            100_000_000_000,
        ),
    )
    .demo(
        Demo::new("poison", "a task that kills its worker", demos::poison)
            .workers(cores())
            .size("tasks", 10_000, 100_000_000),
    )
    .demo(
        Demo::new("chaos", "workers that are killed, one after the other", demos::chaos)
            .workers(cores())
            .size("tasks", 100_000, 1_000_000_000),
    )
    .demo(
        Demo::new("speed", "tasks that do nothing", demos::speed).workers(cores()).size(
            "tasks",
            100_000,
            1_000_000_000,
        ),
    )
    .demo(
        Demo::new("hybrid", "threads that fetch, processes that count", demos::hybrid)
            .workers(cores()),
    )
    .main()
}
