//! Wrong: it looks again and again, without any sleep.
//! Caught by `sleeps_between_two_looks`: that keeps a core busy

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
        std::hint::spin_loop();
    }
    true
}
