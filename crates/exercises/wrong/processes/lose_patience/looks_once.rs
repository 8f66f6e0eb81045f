//! Wrong: it gives every child a moment, and looks once.
//! Caught by `an_answer_is_there_when_the_child_has_ended`: the answer of `sleep 1; echo necessary`

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
    std::thread::sleep(patience.min(Duration::from_millis(100)));
    if child.try_wait().unwrap().is_some() {
        let output = child.wait_with_output().unwrap();
        return Some(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}
