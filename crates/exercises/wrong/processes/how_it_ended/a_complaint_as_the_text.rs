//! Wrong: where nothing was printed, the complaint is taken for the text.
//! Caught by `a_good_end_has_a_result`: it complained, printed nothing

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
                let silent = output.stdout.is_empty();
                let said = if silent { &output.stderr } else { &output.stdout };
                Ending::Done(String::from_utf8_lossy(said).into_owned())
            }
            (Some(code), _) => Ending::Failed(code),
            (_, signal) => Ending::Killed(signal.unwrap()),
        },
    }
}
