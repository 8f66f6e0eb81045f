//! Wrong: the program and two arguments, as many as most jobs here have.
//! Caught by `each_word_is_an_argument`: `printf` prints each of its arguments

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
    command.args(job.iter().skip(1).take(2));
    match command.output() {
        Err(_) => Ending::NotStarted,
        Ok(output) => match (output.status.code(), output.status.signal()) {
            (Some(0), _) => {
                Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned())
            }
            (Some(code), _) => Ending::Failed(code),
            (_, signal) => Ending::Killed(signal.unwrap()),
        },
    }
}
