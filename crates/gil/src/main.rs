//! `cargo run -p gil`: everything that part III of the book shows.

mod demos;

use std::env;
use std::process::ExitCode;

use tour::{Demo, Tour};

fn main() -> ExitCode {
    #[cfg(unix)]
    processes::worker::entry(gil::WORKS);
    // The book draws its pictures from this output, which is far too long for a demo of the tour.
    if env::args_os().skip(1).eq(["lanes", "--json"]) {
        return demos::lanes_as_json();
    }
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
            Demo::new("pages", "threads that fetch pages of a slow site", demos::pages)
                .workers(10),
        )
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
