//! Wrong: whatever the patience is, it waits for a second at most.
//! Caught by `who_ends_in_time_is_not_killed`: ended in time, however it did

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let patience = patience.min(Duration::from_secs(1));
    let mut child = command.process_group(0).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() >= patience {
            child.kill_group().unwrap();
            child.wait().unwrap();
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
