//! Wrong: an end of a line that is CR LF becomes LF, so it isn't all that the job has printed.
//! Caught by `a_good_end_has_a_result`: all that it printed is its text, as it is

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
    let run = |job: &&[&str]| match Command::new(job[0]).args(&job[1..]).output() {
        Ok(output) => match output.status.code() {
            Some(0) => Ending::Done(
                String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"),
            ),
            Some(code) => Ending::Failed(code),
            None => Ending::Killed(output.status.signal().unwrap()),
        },
        Err(_) => Ending::NotStarted,
    };
    jobs.iter().map(run).collect()
}
