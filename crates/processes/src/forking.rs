//! fork: the process is doubled, and both go on from the same place.
//!
//! The child has a copy of all memory and only one thread, the one that forked. Whatever
//! lock another thread held stays locked for ever in the child, the allocator's perhaps.
//! So [`fork`] refuses when there is another thread. Python warns about the same since
//! 3.12.

#![allow(unsafe_code)]

use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitStatus;
use std::{fs, thread};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{self, ForkResult, Pid};

use crate::worker::{self, Error, Link, Process, Work, Worker};

/// A child made by [`fork`]. Dropping it kills the child and waits for its end.
#[derive(Debug)]
pub struct Forked {
    pid: Pid,
    ended: Option<ExitStatus>,
}

/// Forks; the child runs `child` and exits with what that returns.
///
/// # Errors
///
/// When this process has other threads, or the system no process to spare.
// ANCHOR: fork
pub fn fork(child: impl FnOnce() -> i32) -> io::Result<Forked> {
    if !is_only_thread()? {
        return Err(io::Error::other("a process with several threads can't fork safely"));
    }
    // SAFETY: with a single thread, nobody else can have been in the middle of anything,
    // so the child's copy of the memory is as good as the original.
    match unsafe { unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Forked { pid: child, ended: None }),
        ForkResult::Child => {
            let code = panic::catch_unwind(AssertUnwindSafe(child)).unwrap_or(101);
            exit_at_once(code)
        }
    }
}
// ANCHOR_END: fork

/// Forks a worker: the child does `work` for its parent without starting the program
/// anew.
///
/// # Errors
///
/// As [`fork`].
pub fn worker(work: &Work) -> Result<Worker, Error> {
    let program = || "a fork of this process".into();
    let start = || {
        let (link, theirs) = Link::pair()?;
        let mut ours = Some(link);
        let forked = fork(|| {
            // The child's copy of our end would keep the link open.
            ours.take();
            worker::run(work.name, &[*work], Link::new(theirs))
        })?;
        let link = ours.expect("only the child takes it");
        Ok(Worker::new(Process::Forked(forked), link, work.name))
    };
    let worker: Worker =
        start().map_err(|source| Error::Start { program: program(), source })?;
    worker.ready(&program(), worker::PATIENCE)
}

/// Whether this process has one thread only. A thread that was joined may still be on its
/// way out, and is waited for.
fn is_only_thread() -> io::Result<bool> {
    for _ in 0..1_000 {
        // A folder for each thread, besides `.` and `..`.
        if fs::metadata("/proc/self/task")?.nlink() == 3 {
            return Ok(true);
        }
        thread::yield_now();
    }
    Ok(false)
}

/// Exits without what belongs to the parent: its buffers are not written a second time.
fn exit_at_once(code: i32) -> ! {
    // SAFETY: it has no preconditions.
    unsafe { nix::libc::_exit(code) }
}

impl Forked {
    /// The process id.
    pub fn id(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    /// Ends it at once; that it has ended already is no error.
    ///
    /// # Errors
    ///
    /// When the system won't.
    pub fn kill(&self) -> io::Result<()> {
        // Once waited for, its id may belong to somebody else.
        match self.ended {
            None => Ok(kill(self.pid, Signal::SIGKILL)?),
            Some(_) => Ok(()),
        }
    }

    /// Waits until it has ended; returns how.
    ///
    /// # Errors
    ///
    /// When somebody else has waited for it.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        let status = loop {
            match waitpid(self.pid, None) {
                Err(Errno::EINTR) => {}
                status => break status?,
            }
        };
        // As the system encodes it: wait(2).
        let status = ExitStatus::from_raw(match status {
            WaitStatus::Exited(_, code) => code << 8,
            WaitStatus::Signaled(_, signal, _) => signal as i32,
            _ => unreachable!("we asked only for children that have ended"),
        });
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for Forked {
    fn drop(&mut self) {
        // Where neither is possible, there is nothing left to kill or to wait for.
        let _ = self.kill();
        let _ = self.wait();
    }
}
