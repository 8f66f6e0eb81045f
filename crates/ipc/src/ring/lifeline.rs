//! How each side of a ring learns that the other one has gone.

#[cfg(not(unix))]
use std::net::TcpStream;
#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use nix::errno::Errno;
#[cfg(unix)]
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::descriptor::Descriptor;
use crate::error::Problem;

/// The end of a socket.
#[cfg(unix)]
type Line = OwnedFd;
#[cfg(not(unix))]
type Line = TcpStream;

/// One end of a pair of sockets through which nothing is sent while the ring is in use. The system
/// closes the other end when the other side ends, even by SIGKILL, and so we find out.
#[derive(Clone, Debug)]
pub(crate) struct Lifeline {
    line: Arc<Line>,
    /// Can be read when the other side's process has ended, in case a child that it has forked
    /// still holds the line.
    process: Arc<Mutex<Option<Arc<Descriptor>>>>,
}

impl Lifeline {
    pub(crate) fn new(end: impl Into<Line>) -> Self {
        Self { line: Arc::new(end.into()), process: Arc::default() }
    }

    /// Makes the lifeline end with `process`, even if the line stays open.
    pub(crate) fn end_with(&self, process: &Arc<Descriptor>) {
        *self.process() = Some(Arc::clone(process));
    }

    fn process(&self) -> MutexGuard<'_, Option<Arc<Descriptor>>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the other side is still there.
    #[cfg(unix)]
    pub(super) fn holds(&self) -> Result<bool, Problem> {
        let line = self.line.as_fd();
        let process = self.process().clone();
        let process = process.as_ref().map_or(line, |process| process.as_fd());
        let mut either = [line, process].map(|end| PollFd::new(end, PollFlags::POLLIN));
        match poll(&mut either, PollTimeout::ZERO) {
            // Either of them can be read only when the other side has gone.
            Ok(gone) => Ok(gone == 0),
            Err(Errno::EINTR) => Ok(true),
            Err(error) => Err(Problem::Io(error.into())),
        }
    }

    /// Whether the other side is still there.
    #[cfg(not(unix))]
    pub(super) fn holds(&self) -> Result<bool, Problem> {
        use std::io::ErrorKind::{Interrupted, WouldBlock};

        self.line.set_nonblocking(true)?;
        match self.line.peek(&mut [0]) {
            Err(error) if matches!(error.kind(), WouldBlock | Interrupted) => Ok(true),
            // The end of the stream, or an error that means the same.
            _ => Ok(false),
        }
    }
}
