//! Wrong: it reads first and looks at the clock afterwards. The read has no limit.
//! Caught by `a_silent_child_is_killed_and_waited_for`: what do you wait for?

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
    let mut answer = String::new();
    child.stdout.take()?.read_to_string(&mut answer).ok()?;
    while child.try_wait().ok()?.is_none() {
        if begin.elapsed() > patience {
            child.kill().ok()?;
            child.wait().ok()?;
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Some(answer)
}
