//! Right: a loop that pushes; it asks for the signal first.

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
    let mut endings = Vec::with_capacity(jobs.len());
    for job in jobs {
        let mut command = Command::new(job[0]);
        for argument in &job[1..] {
            command.arg(argument);
        }
        command.stderr(Stdio::null());
        let Ok(output) = command.output() else {
            endings.push(Ending::NotStarted);
            continue;
        };
        if let Some(signal) = output.status.signal() {
            endings.push(Ending::Killed(signal));
            continue;
        }
        endings.push(match output.status.code() {
            Some(0) => Ending::Done(String::from_utf8_lossy(&output.stdout).to_string()),
            Some(code) => Ending::Failed(code),
            None => unreachable!("it ended, and no signal ended it"),
        });
    }
    endings
}
