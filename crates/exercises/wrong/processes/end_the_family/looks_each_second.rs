//! Wrong: it looks once in a second.
//! Caught by `looks_again_and_again`: Do you sleep for long

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    command.process_group(0);
    let mut child = command.spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill_group().expect("it leads a group");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    true
}
