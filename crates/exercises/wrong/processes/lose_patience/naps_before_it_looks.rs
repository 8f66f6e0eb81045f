//! Wrong: after each nap of 100 ms it asks the clock before the child, so with a patience of 90 ms
//! a child that answers at once is killed.
//! Caught by `patience_is_no_number_of_whole_seconds`: `echo necessary` is late each time, with a patience of

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
    loop {
        std::thread::sleep(Duration::from_millis(100));
        if begin.elapsed() > patience {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return None;
        }
        if child.try_wait().expect("we may look").is_some() {
            break;
        }
    }
    let output = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
