//! `cargo run -p threads`: everything that part I of the book shows.

mod demos;

use std::process::ExitCode;

use demos::{dividing, making_wait, many, sharing, starting, waiting};
use tour::{Demo, Tour};
use workloads::parts::cores;

fn main() -> ExitCode {
    threads::many::visitors::entry();
    Tour::new("threads", "Threads: starting, sharing, dividing work, waiting.")
        .demo(
            Demo::new("start", "threads that square numbers", starting::start)
                .workers(10)
                .size("numbers in each thread", 1_000, 1_000_000_000),
        )
        .demo(Demo::new("panic", "a thread that panics ends alone", starting::panic))
        .demo(
            Demo::new("share", "one total, shared in four ways", sharing::share)
                .workers(2)
                .size("numbers to add up", 200_000, 1_000_000_000),
        )
        .demo(
            Demo::new(
                "false-sharing",
                "counters on one cache line",
                sharing::false_sharing,
            )
            .workers(2)
            .size("steps of each counter", 2_000_000, 10_000_000_000),
        )
        .demo(
            Demo::new("divide", "squares in equal parts", dividing::divide)
                .workers(cores())
                .size("squares in the last row", 300_000_000, 100_000_000_000),
        )
        .demo(
            Demo::new(
                "uneven",
                "primes: equal parts are not equal work",
                dividing::uneven,
            )
            .workers(cores())
            .size("numbers to test", 1_000_000, 100_000_000),
        )
        .demo(
            Demo::new("wait", "slow web pages", waiting::wait)
                .workers(10)
                .size("pages", 60, 400),
        )
        .demo(
            Demo::new("many", "very many slow pages, and their memory", many::many)
                .size("pages", 1_000, 15_000),
        )
        .demo(
            Demo::new("limits", "what stops those who wait", many::limits)
                .size("pages", 3_000, 15_000),
        )
        .demo(
            Demo::new("stall", "a task that computes holds up the others", many::stall)
                .size("numbers to test", 1_500_000, 100_000_000),
        )
        .demo(
            Demo::new("queue", "a producer that is too fast", making_wait::queue)
                .size("items", 2_000, 10_000_000),
        )
        .demo(Demo::new(
            "select",
            "jobs, a stop, a time limit: what is first?",
            making_wait::select,
        ))
        .demo(
            Demo::new(
                "readers",
                "many readers: three ways to share a list",
                making_wait::readers,
            )
            .workers(cores())
            .size("reads of the longest list", 1_000, 1_000_000),
        )
        .demo(Demo::new("frames", "a screen that must not freeze", waiting::frames).size(
            "numbers to test after the click",
            1_500_000,
            100_000_000,
        ))
        .main()
}
