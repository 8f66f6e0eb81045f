//! Wrong: it kills the command, waits for it, and kills the rest of its group then. By that time the number
//! of the group may be another's.
//! Caught by `nobody_is_left_of_its_family`: its number may be another's

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            child.kill_group().expect("it led a group");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
