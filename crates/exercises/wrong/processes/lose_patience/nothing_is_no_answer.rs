//! Wrong: who has printed nothing hasn't answered, it seems. But it has ended.
//! Caught by `an_answer_may_be_empty`: the answer of `true`

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
            let mut answer = String::new();
            child.stdout.take()?.read_to_string(&mut answer).ok()?;
            return (!answer.is_empty()).then_some(answer);
        }
        if begin.elapsed() >= patience {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
