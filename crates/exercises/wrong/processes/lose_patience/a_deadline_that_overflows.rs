//! Wrong: `Instant::now() + patience` panics when the patience is `Duration::MAX`, and the child is
//! left behind.
//! Caught by `an_answer_is_returned_at_once`: overflow when adding duration to instant

use std::io::Read;
use std::time::{Duration, Instant};

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

pub fn ask(job: &str, patience: Duration) -> Option<String> {
    let mut child = start(job);
    let deadline = Instant::now() + patience;
    while child.try_wait().expect("we may look").is_none() {
        if Instant::now() >= deadline {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
