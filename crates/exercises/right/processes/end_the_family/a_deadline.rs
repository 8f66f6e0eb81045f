//! Right: a deadline, and naps that are never longer than what is left of it.

use std::time::{Duration, Instant};

use witness::process::{Child, Command};

fn ends_before(child: &mut Child, deadline: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => {}
            Err(error) => panic!("we may look: {error}"),
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(left.min(Duration::from_millis(10)));
    }
}

pub fn run(mut command: Command, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    command.process_group(0);
    let mut child = command.spawn().unwrap();
    let in_time = ends_before(&mut child, deadline);
    if !in_time {
        child.kill_group().unwrap();
        child.wait().unwrap();
    }
    in_time
}
