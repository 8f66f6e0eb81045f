//! Wrong: `code()` is nearly always there, until a child crashes. Then the parent panics,
//! too.
//! Caught by `a_signal_is_told`: called `Option::unwrap()` on a `None` value
//! Caught by `the_others_are_run`: called `Option::unwrap()` on a `None` value

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
        match output.status.code().unwrap() {
            0 => Ending::Done(String::from_utf8(output.stdout).unwrap()),
            code if code > 128 => Ending::Killed(code - 128),
            code => Ending::Failed(code),
        }
    };
    jobs.iter().map(run).collect()
}
