//! Wrong: it kills all of them, and thinks that this was all. The first stays as a zombie.
//! Caught by `who_is_late_is_ended_and_waited_for`: zombies

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill_group().expect("it leads a group");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
