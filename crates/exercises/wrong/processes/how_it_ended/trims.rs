//! Wrong: it takes the space around the text away.
//! Caught by `a_good_end_has_a_result`: all that it printed is its text

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;

use witness::process::Command;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Done(String),
    Failed(i32),
    Killed(i32),
    NotStarted,
}

pub fn run_all(jobs: &[&[&str]]) -> Vec<Ending> {
    jobs.iter().map(|job| run(job)).collect()
}

fn run(job: &[&str]) -> Ending {
    let mut command = Command::new(job[0]);
    command.args(&job[1..]);
    match command.output() {
        Err(_) => Ending::NotStarted,
        Ok(output) => match (output.status.code(), output.status.signal()) {
            (Some(0), _) => {
                Ending::Done(String::from_utf8_lossy(&output.stdout).trim_start().into())
            }
            (Some(code), _) => Ending::Failed(code),
            (_, signal) => Ending::Killed(signal.unwrap()),
        },
    }
}
