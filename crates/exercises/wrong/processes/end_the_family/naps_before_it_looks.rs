//! Wrong: after each nap of 100 ms it asks the clock before the child, so with a patience of 90 ms
//! a command that ends at once is late.
//! Caught by `patience_is_no_number_of_whole_seconds`: `true` is late each time, with a patience of

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    loop {
        std::thread::sleep(Duration::from_millis(100));
        if begin.elapsed() > patience {
            child.kill_group().expect("it leads a group");
            child.wait().expect("it was killed");
            return false;
        }
        if child.try_wait().expect("we may look").is_some() {
            return true;
        }
    }
}
