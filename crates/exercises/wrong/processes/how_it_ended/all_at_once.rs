//! Wrong: it starts all jobs, and waits then. A backup and a cleanup at the same time were not asked for.
//! Caught by `one_runs_after_the_other`: children at once

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
    let start = |job: &&[&str]| {
        Command::new(job[0]).args(&job[1..]).stdout(Stdio::piped()).spawn().ok()
    };
    let children: Vec<_> = jobs.iter().map(start).collect();
    let end = |child: Option<witness::process::Child>| {
        let Some(child) = child else { return Ending::NotStarted };
        let output = child.wait_with_output().unwrap();
        match (output.status.code(), output.status.signal()) {
            (Some(0), _) => Ending::Done(String::from_utf8_lossy(&output.stdout).into()),
            (Some(code), _) => Ending::Failed(code),
            (None, signal) => Ending::Killed(signal.unwrap()),
        }
    };
    children.into_iter().map(end).collect()
}
