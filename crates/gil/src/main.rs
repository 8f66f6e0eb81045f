//! `cargo run -p gil`: everything that part III of the book shows.

mod demos;

use std::process::ExitCode;

use tour::{Demo, Tour};

fn main() -> ExitCode {
    Tour::new("gil", "The GIL: a small interpreter under seven locking policies.")
        .demo(Demo::new(
            "listing",
            "a program as the interpreter sees it",
            demos::listing,
        ))
        .demo(
            Demo::new("threads", "two threads, or one after the other", demos::threads)
                .size("turns of each loop", 1_000_000, 1_000_000_000),
        )
        .demo(Demo::new("lanes", "who held the lock when", demos::lanes).size(
            "turns of each loop",
            1_000_000,
            100_000_000,
        ))
        .demo(
            Demo::new(
                "native",
                "a native call that holds the lock, or lets it go",
                demos::native,
            )
            .size("rounds of the hash", 20_000_000, 10_000_000_000),
        )
        .demo(Demo::new(
            "echo",
            "an echo server beside threads that compute",
            demos::echo,
        ))
        .demo(Demo::new("unlocked", "no lock at all", demos::unlocked).workers(4))
        .main()
}
