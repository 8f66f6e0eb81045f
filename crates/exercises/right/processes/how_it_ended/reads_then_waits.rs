//! Right: it reads to the end of the output first, and waits then.

use std::io::Read;
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
    jobs.iter().map(|job| run(job).unwrap_or(Ending::NotStarted)).collect()
}

#[cfg(unix)]
fn run(job: &[&str]) -> std::io::Result<Ending> {
    let mut child =
        Command::new(job[0]).args(&job[1..]).stdout(Stdio::piped()).spawn()?;
    let mut text = Vec::new();
    let mut stdout = child.stdout.take().expect("its stdout is a pipe");
    stdout.read_to_end(&mut text).expect("a pipe can be read");
    let status = child.wait().expect("it is our child");
    Ok(match status.signal() {
        Some(signal) => Ending::Killed(signal),
        None if status.success() => Ending::Done(String::from_utf8_lossy(&text).into()),
        None => Ending::Failed(status.code().expect("no signal ended it")),
    })
}
