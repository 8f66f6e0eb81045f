//! Wrong: it looks at what was printed, and not at how it ended. A child that gives up
//! half-way has printed something as well, and one that ended well may complain.
//! Caught by `a_bad_end_has_a_code`: that is no result
//! Caught by `a_good_end_has_a_result`: it complained, and ended well

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
        let (code, signal) = (output.status.code(), output.status.signal());
        if let Some(signal) = signal {
            Ending::Killed(signal)
        } else if output.stderr.is_empty()
            && (code == Some(0) || !output.stdout.is_empty())
        {
            Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Ending::Failed(code.unwrap_or(1))
        }
    };
    jobs.iter().map(run).collect()
}
