//! Wrong: it divides its patience by ten, and looks ten times. With much patience, an answer that is there
//! at once comes after a tenth of it.
//! Caught by `an_answer_is_returned_at_once`: or a part of it

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
    for _ in 0..10 {
        std::thread::sleep(patience / 10);
        if child.try_wait().unwrap().is_some() {
            let output = child.wait_with_output().unwrap();
            return Some(String::from_utf8_lossy(&output.stdout).into_owned());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}
