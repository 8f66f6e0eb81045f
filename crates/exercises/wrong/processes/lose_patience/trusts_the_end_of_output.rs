//! Wrong: a thread reads, so that a silent child is noticed. But then it waits without a
//! limit, because it takes the end of the output for the end of the child.
//! Caught by `half_an_answer_is_none`: after the end of its output

use std::io::Read;
use std::time::{Duration, Instant};

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

use witness::sync::mpsc;

pub fn ask(job: &str, patience: Duration) -> Option<String> {
    let mut child = start(job);
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    witness::thread::spawn(move || {
        let mut answer = String::new();
        let _ = stdout.read_to_string(&mut answer);
        let _ = sender.send(answer);
    });
    let answer = receiver.recv_timeout(patience).ok();
    if answer.is_none() {
        child.kill().ok()?;
    }
    child.wait().ok()?;
    answer
}
