//! Waiting until something can be read or written, without waiting for a process that has ended.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Waits until `stream` is ready for `what`, or at its end, but no longer than until `deadline`, or
/// until `process` can be read.
///
/// # Errors
///
/// `TimedOut` after the deadline. `BrokenPipe` when `process` can be read and the stream is not
/// ready.
pub(crate) fn ready(
    stream: impl AsFd,
    what: PollFlags,
    deadline: Option<Instant>,
    process: Option<&OwnedFd>,
) -> io::Result<()> {
    let mut watched = [stream.as_fd(), process.map_or(stream.as_fd(), AsFd::as_fd)]
        .map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN));
    watched[0].set_events(what);
    // Without a process, there is only one descriptor to watch.
    let watched = &mut watched[..1 + usize::from(process.is_some())];
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        // Rounded up, since poll counts in milliseconds. Even with no time left, we look once
        // whether the stream is ready.
        let timeout = left.map_or(PollTimeout::NONE, |left| {
            let left_in_ms = left.as_nanos().div_ceil(1_000_000);
            PollTimeout::try_from(left_in_ms).unwrap_or(PollTimeout::MAX)
        });
        match poll(watched, timeout) {
            Ok(0) if left.is_some_and(|left| left.is_zero()) => {
                return Err(ErrorKind::TimedOut.into());
            }
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) if watched[0].any() != Some(false) => return Ok(()),
            // The process has ended, but may have sent a last message: look once more.
            Ok(_) => match poll(&mut watched[..1], PollTimeout::ZERO) {
                Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
                Ok(_) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
}
