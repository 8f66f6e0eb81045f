//! Wrong: a job that can't be started for another reason than `NotFound` or
//! `PermissionDenied` ends the whole night.
//! Caught by `the_others_are_run`: Not a directory

use std::io::ErrorKind;
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
            Some(0) => Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned()),
            Some(code) => Ending::Failed(code),
            None => Ending::Killed(output.status.signal().unwrap()),
        },
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::PermissionDenied
            ) =>
        {
            Ending::NotStarted
        }
        Err(error) => panic!("{error}"),
    };
    jobs.iter().map(run).collect()
}
