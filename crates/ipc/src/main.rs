//! `cargo run -p ipc`: everything that part V of the book shows.

#[cfg(unix)]
mod demos;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    use tour::{Demo, Tour};

    processes::worker::entry(ipc::WORKS);
    Tour::new(
        "ipc",
        "Messages between processes: pipes, sockets, channels, shared memory.",
    )
    .demo(
        Demo::new("round-trips", "a message there and back", demos::round_trips::run)
            .size("round trips of one byte", 1_000, 10_000_000),
    )
    .demo(
        Demo::new("stream", "messages of 1 MiB, one after the other", demos::stream::run)
            .size("messages", 100, 100_000),
    )
    .demo(
        Demo::new(
            "numbers",
            "numbers as bytes, and as typed messages",
            demos::numbers::run,
        )
        .size("numbers in a message", 100_000, 4_000_000),
    )
    .demo(
        Demo::new("moving", "numbers to a worker and back", demos::moving::run)
            .size("numbers", 500_000, 10_000_000),
    )
    .demo(
        Demo::new("segment", "two processes add to a number", demos::segment::adding)
            .size("additions of each", 1_000_000, 1_000_000_000),
    )
    .demo(Demo::new("stays", "what stays of the killed", demos::segment::stays))
    .demo(Demo::new("ends", "the other side is killed", demos::ends::run))
    .main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!(
        "ipc: this example needs Unix; on Windows, run it in the Windows Subsystem for Linux"
    );
    ExitCode::FAILURE
}
