//! Right: first the group, which the child itself belongs to, and then the child once more; that does no
//! harm.

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let mut child = command.process_group(0).spawn().unwrap();
    let begin = Instant::now();
    while begin.elapsed() < patience {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::yield_now();
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = child.kill_group();
    let _ = child.kill();
    let status = child.wait().unwrap();
    assert!(!status.success(), "it was killed");
    false
}
