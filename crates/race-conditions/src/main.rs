//! `cargo run -p race-conditions`: everything that part II of the book shows.

mod demos;

use std::env;
use std::process::ExitCode;

use demos::{counting, deadlock, explorer, exploring, files, order, references};
use tour::{Demo, Tour};
use workloads::parts::cores;

fn main() -> ExitCode {
    #[cfg(unix)]
    processes::worker::entry(race_conditions::WORKS);
    // `explore` alone is a demo like the others; with more words, it is a tool.
    let mut arguments = env::args_os().skip(1).peekable();
    if arguments.next_if(|word| word == "explore").is_some() && arguments.peek().is_some()
    {
        return explorer::main(arguments);
    }
    Tour::new("race-conditions", "Race conditions: forced, counted, explored, fixed.")
        .demo(
            Demo::new("lost-update", "two add to one number", counting::lost_update)
                .workers(cores().max(2))
                .size("additions of each", 100_000, 100_000_000),
        )
        .demo(
            Demo::new("last-seat", "one seat, and two who want it", counting::last_seat)
                .workers(2)
                .size("times that a seat is sold", 1_000, 1_000_000),
        )
        .demo(
            Demo::new("file", "two processes add to a number in a file", files::count)
                .workers(2)
                .size("additions of each", 10_000, 10_000_000),
        )
        .demo(
            Demo::new("refcount", "who frees the object", references::refcount)
                .workers(2)
                .size("objects", 100, 1_000_000),
        )
        .demo(Demo::new("deadlock", "who waits for whom", deadlock::deadlock))
        .demo(
            Demo::new(
                "thread-safe",
                "is the result always the same?",
                counting::distinct,
            )
            .workers(4)
            .size("runs", 100, 1_000_000),
        )
        .demo(Demo::new(
            "explore",
            "every schedule of a small program",
            exploring::explore,
        ))
        .demo(
            Demo::new("order", "who sees what another one wrote", order::order)
                .size("rounds", 100_000, 10_000_000),
        )
        .main()
}
