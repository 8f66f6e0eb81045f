//! A child prints. Its parent wants to read that, and to know when the child has ended. In
//! which order should it do the two?
//!
//! * [`wait_then_read`]: the order of most first tries. It hangs as soon as the child prints more
//!   than the pipe between them holds.
//! * [`read_then_wait`]: the cure.
//!
//! [`watch_it_hang`] runs the first of them under observation.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionread;
use rustix::pipe::fcntl_getpipe_size;

use crate::worker::{self, Work};

/// The work of a worker that gets a number of bytes, calls [`wait_then_read`] for a child that
/// prints so many, and answers how many came: for tests, which kill the worker when it hangs.
pub const WAITS: Work = Work::new("wait, then read", |link| {
    worker::answer(link, |bytes: u64| {
        wait_then_read(prints(bytes)).map(|printed| printed.len()).unwrap_or_default()
    })
});

/// A program that prints `bytes` bytes, ready to be started.
pub fn prints(bytes: u64) -> Command {
    let mut command = Command::new("head");
    command.args(["-c", &bytes.to_string(), "/dev/zero"]);
    command
}

/// Runs a program and returns what it printed. This is the version with the mistake.
///
/// # Errors
///
/// When the program can't be started.
///
/// # Panics
///
/// Never: the pipe is there.
// ANCHOR: mistake
pub fn wait_then_read(mut program: Command) -> io::Result<Vec<u8>> {
    let mut child = program.stdout(Stdio::piped()).spawn()?;
    child.wait()?;
    let mut printed = Vec::new();
    child.stdout.take().expect("it is piped").read_to_end(&mut printed)?;
    Ok(printed)
}
// ANCHOR_END: mistake

/// Runs a program and returns what it printed, without the mistake.
///
/// # Errors
///
/// When the program can't be started.
// ANCHOR: cure
pub fn read_then_wait(mut program: Command) -> io::Result<Vec<u8>> {
    let child = program.stdout(Stdio::piped()).spawn()?;
    Ok(child.wait_with_output()?.stdout)
}
// ANCHOR_END: cure

/// How it ends when a parent waits for a child whose pipe it doesn't read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The child ended.
    Ended,
    /// The pipe holds so many bytes and takes no more, so the child can't go on.
    Stuck(u64),
}

/// How long to wait for a child that neither ends nor fills its pipe.
const PATIENCE: Duration = Duration::from_secs(10);

/// Does what [`wait_then_read`] does, for a child that prints so many `bytes`, but looks at the
/// pipe while it waits. A child that is stuck is killed.
///
/// # Errors
///
/// When the child can't be started, or neither ends nor fills its pipe.
///
/// # Panics
///
/// Never: the pipe is there.
// ANCHOR: watch
pub fn watch_it_hang(bytes: u64) -> io::Result<Seen> {
    let mut child = prints(bytes).stdout(Stdio::piped()).spawn()?;
    let pipe = child.stdout.take().expect("it is piped");
    let room = fcntl_getpipe_size(&pipe)? as u64;
    let began = Instant::now();
    loop {
        if child.try_wait()?.is_some() {
            return Ok(Seen::Ended);
        }
        let held = ioctl_fionread(&pipe)?;
        if held == room && held < bytes {
            // The child can't go on before we read, and `wait_then_read` reads only when the
            // child has ended.
            child.kill()?;
            child.wait()?;
            return Ok(Seen::Stuck(held));
        }
        if began.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::yield_now();
    }
}
// ANCHOR_END: watch
