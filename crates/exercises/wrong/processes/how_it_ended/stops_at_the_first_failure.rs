//! Wrong: it tells the first bad end, and leaves. The jobs behind it were not run, and
//! nobody knows.
//! Caught by `the_others_are_run`: one doesn't exist, one is killed

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
    let mut endings = Vec::new();
    for job in jobs {
        let Ok(output) = Command::new(job[0]).args(&job[1..]).output() else {
            endings.push(Ending::NotStarted);
            return endings;
        };
        if let Some(signal) = output.status.signal() {
            endings.push(Ending::Killed(signal));
            return endings;
        }
        match output.status.code() {
            Some(0) => {
                endings
                    .push(Ending::Done(String::from_utf8_lossy(&output.stdout).into()));
            }
            code => {
                endings.push(Ending::Failed(code.unwrap_or_default()));
                return endings;
            }
        }
    }
    endings
}
