//! Wrong: each nap is twice as long as the one before, and the command may end in the middle of one.
//! Caught by `looks_again_and_again`: Do you sleep for long, or longer

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    let mut nap = Duration::from_millis(1);
    while child.try_wait().expect("we may look").is_none() {
        let left = patience.saturating_sub(begin.elapsed());
        if left.is_zero() {
            child.kill_group().expect("it leads its group");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(nap.min(left));
        nap *= 2;
    }
    true
}
