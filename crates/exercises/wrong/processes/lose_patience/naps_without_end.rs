//! Wrong: each nap is twice as long as the one before, and an answer may come in the middle of one.
//! Caught by `looks_again_and_again`: Do you sleep for long, or longer

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
    let mut nap = Duration::from_millis(1);
    while child.try_wait().ok()?.is_none() {
        if begin.elapsed() >= patience {
            child.kill().ok()?;
            child.wait().ok()?;
            return None;
        }
        std::thread::sleep(nap);
        nap *= 2;
    }
    let output = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
