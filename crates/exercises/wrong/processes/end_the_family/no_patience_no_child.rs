//! Wrong: whoever has no patience starts nothing.
//! Caught by `who_is_late_is_ended_and_waited_for`: a command is started, however short

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    if patience.is_zero() {
        return false;
    }
    let begin = Instant::now();
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
