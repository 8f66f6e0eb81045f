//! `cargo run -p deciding`: the five programs that the book decides with arithmetic.

#[cfg(unix)]
mod demos;

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!(
        "deciding: half of its ways are processes, which need Unix; use the Windows Subsystem for Linux"
    );
    ExitCode::FAILURE
}

#[cfg(unix)]
fn main() -> ExitCode {
    use tour::{Demo, Tour};
    use workloads::parts::cores;

    processes::worker::entry(deciding::WORKS);
    Tour::new("deciding", "Five programs, decided with arithmetic, and then tried.")
        .demo(
            Demo::new("crawler", "pages of a slow site", demos::crawler)
                .workers(cores())
                .size("pages", 24, 400),
        )
        .demo(
            Demo::new("thumbnails", "pictures to shrink", demos::thumbnails)
                .workers(cores())
                .size("pictures", 48, 100_000_000),
        )
        .demo(
            Demo::new("simulation", "steps that all must finish", demos::simulation)
                .workers(cores())
                .size("cells", 1_000, 10_000_000),
        )
        .demo(
            Demo::new("service", "light requests behind heavy ones", demos::service)
                .workers(cores())
                .size("light requests", 8, 200),
        )
        .demo(
            Demo::new("pipeline", "read, parse, add up", demos::pipeline)
                .workers(cores())
                .size("chunks", 40, 100_000_000),
        )
        .main()
}
