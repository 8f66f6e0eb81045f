//! Wrong: it compares whole seconds, so less than one is no patience at all.
//! Caught by `patience_is_no_number_of_whole_seconds`: is late each time

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    command.process_group(0);
    let mut child = command.spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed().as_secs() >= patience.as_secs() {
            child.kill_group().expect("it leads a group");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}
