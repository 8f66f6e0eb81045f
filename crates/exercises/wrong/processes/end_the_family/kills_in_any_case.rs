//! Wrong: it sleeps as long as it may, and kills in any case, to be sure.
//! Caught by `who_ends_in_time_is_not_killed`: do you sleep until your patience

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    std::thread::sleep(patience.saturating_sub(begin.elapsed()));
    let in_time = child.try_wait().expect("we may look").is_some();
    let _ = child.kill_group();
    let _ = child.wait();
    in_time
}
