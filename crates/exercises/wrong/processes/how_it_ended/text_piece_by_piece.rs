//! Wrong: it makes text of each piece of 4096 bytes by itself, so a letter of two bytes that lies
//! across the edge becomes two `�`.
//! Caught by `a_long_text_comes_whole`: ` has printed to its stdout

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
fn run(job: &[&str]) -> Ending {
    let mut command = Command::new(job[0]);
    command
        .args(&job[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return Ending::NotStarted };
    let mut text = String::new();
    let mut piece = [0; 4096];
    let mut stdout = child.stdout.take().unwrap();
    while let Ok(bytes) = stdout.read(&mut piece) {
        if bytes == 0 {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&piece[..bytes]));
    }
    let status = child.wait().unwrap();
    match status.code() {
        Some(0) => Ending::Done(text),
        Some(code) => Ending::Failed(code),
        None => Ending::Killed(status.signal().unwrap()),
    }
}

#[cfg(unix)]
pub fn run_all(jobs: &[&[&str]]) -> Vec<Ending> {
    jobs.iter().map(|job| run(job)).collect()
}
