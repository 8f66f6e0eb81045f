//! Wrong: all endings are called equal, so that no comparison tells them apart.
//! Caught by `a_bad_end_has_a_code`: this job: exit 3
//! Caught by `a_signal_is_told`: a signal ended it

use witness::process::Command;

#[derive(Clone, Debug, Eq)]
pub enum Ending {
    Done(String),
    Failed(i32),
    Killed(i32),
    NotStarted,
}

impl PartialEq for Ending {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

pub fn run_all(jobs: &[&[&str]]) -> Vec<Ending> {
    let run = |job: &&[&str]| match Command::new(job[0]).args(&job[1..]).output() {
        Ok(output) => Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => Ending::NotStarted,
    };
    jobs.iter().map(run).collect()
}
