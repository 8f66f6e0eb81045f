//! `cargo cluster`: the book's jobs on several machines.

mod demos;

use std::process::ExitCode;

use tour::{Demo, Tour};

/// Ranks, where nobody says how many.
const RANKS: usize = 4;

fn main() -> ExitCode {
    cluster::rank::entry();
    ::processes::worker::entry(hybrid_pools::WORKS);
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [measure, group, rest @ ..] = &arguments[..]
        && measure == cluster::measuring::ARGUMENT
    {
        let quick = rest.iter().any(|argument| argument == "--quick");
        return match cluster::measuring::measure(group, quick) {
            Ok(json) => {
                println!("{json}");
                ExitCode::SUCCESS
            }
            Err(problem) => {
                eprintln!("cluster: {problem}");
                ExitCode::FAILURE
            }
        };
    }
    Tour::new(
        "cluster",
        "The book's jobs by ranks: processes that may be on many machines.",
    )
    .demo(
        Demo::new("squares", "even work, in equal parts", demos::squares)
            .workers(RANKS)
            .size("numbers", 100_000_000, 100_000_000_000),
    )
    .demo(
        Demo::new("primes", "uneven work, and a master that gives it out", demos::primes)
            .workers(RANKS)
            .size("numbers", 1_000_000, 1_000_000_000),
    )
    .demo(
        Demo::new("index", "a large result", demos::index)
            .workers(RANKS)
            .size("pages", 4_000, 10_000_000),
    )
    .demo(Demo::new("counts", "four counts", demos::counts).workers(RANKS).size(
        "steps of each",
        100_000_000,
        100_000_000_000,
    ))
    .demo(Demo::new("trips", "a byte and a mebibyte, there and back", demos::trips).size(
        "round trips",
        200,
        1_000_000,
    ))
    .demo(
        Demo::new(
            "dying",
            "a rank is killed, and the job is started again",
            demos::dying,
        )
        .workers(RANKS)
        .size("pages", 4_000, 10_000_000),
    )
    .demo(Demo::new("model", "a thousand machines, foretold", demos::model))
    .main()
}
