//! Wrong: it waits for the end of the child, and reads then. A child that prints more than a pipe holds
//! waits for somebody who reads, and never ends.
//! Caught by `a_long_text_comes_whole`: waits until somebody reads

use std::io::Read;
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use witness::process::{Command, Output, Stdio};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Done(String),
    Failed(i32),
    Killed(i32),
    NotStarted,
}

#[cfg(unix)]
pub fn run_all(jobs: &[&[&str]]) -> Vec<Ending> {
    let run = |job: &&[&str]| {
        let child = Command::new(job[0]).args(&job[1..]).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = child else { return Ending::NotStarted };
        let status = child.wait().unwrap();
        let mut bytes = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut bytes).unwrap();
        match status.code() {
            Some(0) => Ending::Done(String::from_utf8_lossy(&bytes).into_owned()),
            Some(code) => Ending::Failed(code),
            None => Ending::Killed(status.signal().unwrap()),
        }
    };
    jobs.iter().map(run).collect()
}
