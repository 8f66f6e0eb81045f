//! Wrong: it takes the answer of a child that fails for none. But "no such word" is an answer, and a
//! program may well say so in its exit code, too.
//! Caught by `any_exit_code_will_do`: the answer of `echo no such word; exit 1`

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
        if let Some(status) = child.try_wait().expect("we may look") {
            if !status.success() {
                return None;
            }
            let mut answer = String::new();
            child.stdout.take()?.read_to_string(&mut answer).ok()?;
            return Some(answer);
        }
        if begin.elapsed() >= patience {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
