//! `cargo run -p processes`: everything that part IV of the book shows.

#[cfg(unix)]
mod demos;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    use demos::{crashing, dividing, family, memory, starting};
    use tour::{Demo, Tour};
    use workloads::parts::cores;

    processes::worker::entry(processes::WORKS);
    Tour::new("processes", "Processes: starting, memory, dividing, crashing, stopping.")
        .demo(Demo::new("start", "start, \"I'm ready\", join", starting::start).size(
            "starts of each kind",
            51,
            10_000,
        ))
        .demo(Demo::new("grow", "the same from a large process", starting::grow).size(
            "MiB of memory in the parent",
            256,
            65_536,
        ))
        .demo(
            Demo::new("memory", "a child writes to what it inherited", memory::memory)
                .size("pages inherited", 10_000, 1_000_000),
        )
        .demo(
            Demo::new(
                "footprint",
                "memory of idle threads and processes",
                memory::footprint,
            )
            .workers(16),
        )
        .demo(
            Demo::new(
                "divide",
                "squares in equal parts, a process each",
                dividing::divide,
            )
            .workers(cores())
            .size("squares in the last row", 10_000_000, 100_000_000_000),
        )
        .demo(Demo::new("crash", "who is left, and what they learned", crashing::crash))
        .demo(Demo::new("stop", "what will not end by itself", crashing::stop))
        .demo(Demo::new("orphans", "a parent is killed", crashing::orphans).workers(4))
        .demo(Demo::new("tree", "who else ends", family::tree).workers(4))
        .demo(Demo::new("print", "a child that prints a lot", family::print))
        .main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!(
        "processes: this example needs Unix; on Windows, run it in the Windows Subsystem for Linux"
    );
    ExitCode::FAILURE
}
