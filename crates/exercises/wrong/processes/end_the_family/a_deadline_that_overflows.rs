//! Wrong: `Instant::now() + patience` panics when the patience is `Duration::MAX`, and the family
//! is left behind.
//! Caught by `who_ends_in_time_is_not_killed`: overflow when adding duration to instant

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let mut child = command.process_group(0).spawn().expect("it can be started");
    let deadline = Instant::now() + patience;
    while child.try_wait().expect("we may look").is_none() {
        if Instant::now() >= deadline {
            child.kill_group().expect("it leads a group");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
