//! `cargo run -p pythons`: every CPython of this machine, and scripts that run on all of them.

mod demos;

use std::process::ExitCode;

use tour::{Demo, Tour};

fn main() -> ExitCode {
    Tour::new("pythons", "Every CPython of this machine, and the same scripts on each.")
        .demo(Demo::new("list", "which there are, and how each was built", demos::list))
        .demo(Demo::new(
            "countdown",
            "two threads, or one after the other",
            demos::countdown,
        ))
        .demo(Demo::new("updates", "what threads lose when they count", demos::updates))
        .demo(Demo::new(
            "objects",
            "threads that share an object, or have one each",
            demos::objects,
        ))
        .demo(Demo::new(
            "native",
            "a native call that holds the lock, or lets it go",
            demos::native,
        ))
        .demo(Demo::new("screen", "sixty frames in a second beside work", demos::screen))
        .demo(Demo::new(
            "starting",
            "starting threads, processes and interpreters",
            demos::starting,
        ))
        .demo(Demo::new(
            "pools",
            "pools of threads and of processes, and a worker that is killed",
            demos::pools,
        ))
        .demo(Demo::new(
            "cost",
            "what each version takes for the same programs",
            demos::cost,
        ))
        .main()
}
