//! Wrong: the command stays in our group, so there is none of its number to be killed.
//! Caught by `who_is_late_is_ended_and_waited_for`: it leads a group

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill_group().expect("it leads a group");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
