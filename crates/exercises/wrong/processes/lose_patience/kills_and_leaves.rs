//! Wrong: it kills, and thinks that this was all. Killed children stay as zombies.
//! Caught by `a_silent_child_is_killed_and_waited_for`: zombies

use std::io::Read;
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
    while begin.elapsed() < patience {
        if child.try_wait().ok()?.is_some() {
            let mut answer = String::new();
            child.stdout.take()?.read_to_string(&mut answer).ok()?;
            return Some(answer);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().ok()?;
    None
}
