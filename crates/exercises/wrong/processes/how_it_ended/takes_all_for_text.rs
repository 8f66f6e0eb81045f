//! Wrong: it takes what a child prints for text. One byte that is none, in the name of a file perhaps,
//! and the parent panics.
//! Caught by `a_good_end_has_a_result`: Utf8Error

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
        let Ok(output) = Command::new(job[0]).args(&job[1..]).output() else {
            return Ending::NotStarted;
        };
        match (output.status.code(), output.status.signal()) {
            (Some(0), _) => Ending::Done(String::from_utf8(output.stdout).unwrap()),
            (Some(code), _) => Ending::Failed(code),
            (None, signal) => Ending::Killed(signal.unwrap()),
        }
    };
    jobs.iter().map(run).collect()
}
