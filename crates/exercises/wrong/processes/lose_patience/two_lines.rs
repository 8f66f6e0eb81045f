//! Wrong: an answer has two lines at most.
//! Caught by `an_answer_is_returned_at_once`: the answer of

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

pub fn ask(job: &str, patience: Duration) -> Option<String> {
    let begin = Instant::now();
    let mut child = start(job);
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() >= patience {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut answer = String::new();
    let mut stdout = BufReader::new(child.stdout.take()?);
    stdout.read_line(&mut answer).ok()?;
    stdout.read_line(&mut answer).ok()?;
    Some(answer)
}
