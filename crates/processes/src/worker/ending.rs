//! The end of a process, as something that can be waited for together with other things.
//!
//! Linux has a descriptor for that, a pidfd. On other systems, and on Linux before 5.3, a thread
//! waits for the process and then closes a pipe.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// The end of a child of this process: a descriptor that can be read as soon as the child has
/// ended.
#[derive(Debug)]
pub struct Ending(OwnedFd);

impl Ending {
    /// The end of the child with this id, for which nobody has waited yet.
    ///
    /// # Errors
    ///
    /// When the system has no descriptor or no thread to spare.
    pub fn of(child: u32) -> io::Result<Self> {
        let child =
            Pid::from_raw(child.cast_signed()).ok_or(io::ErrorKind::InvalidInput)?;
        by_descriptor(child).unwrap_or_else(|| by_thread(child)).map(Self)
    }

    /// The end of the child with this id, if it can be had without starting a thread, and if the
    /// system has a descriptor to spare.
    pub(super) fn if_cheap(child: u32) -> Option<Self> {
        let child = Pid::from_raw(child.cast_signed())?;
        by_descriptor(child)?.ok().map(Self)
    }

    /// Another descriptor for the same end, to give away.
    ///
    /// # Errors
    ///
    /// When the system has no descriptor to spare.
    pub fn descriptor(&self) -> io::Result<OwnedFd> {
        self.0.try_clone()
    }

    /// Waits for the end, but no longer than `patience`; returns whether the process has ended.
    pub fn within(&self, patience: Duration) -> bool {
        let asked = Instant::now();
        loop {
            let left = patience.saturating_sub(asked.elapsed());
            // Rounded up, since poll counts in milliseconds.
            let left_in_ms = left.as_nanos().div_ceil(1_000_000);
            let time = PollTimeout::try_from(left_in_ms).unwrap_or(PollTimeout::MAX);
            match poll(&mut [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)], time) {
                Ok(1..) => return true,
                Ok(_) | Err(Errno::EINTR) if !left.is_zero() => {}
                _ => return false,
            }
        }
    }
}

impl AsFd for Ending {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The child's pidfd. `None` where the system has no pidfds, or doesn't let us have them.
#[cfg(target_os = "linux")]
fn by_descriptor(child: Pid) -> Option<io::Result<OwnedFd>> {
    use rustix::io::Errno;
    use rustix::process::{PidfdFlags, pidfd_open};

    match pidfd_open(child, PidfdFlags::empty()) {
        Err(Errno::NOSYS | Errno::PERM) => None,
        opened => Some(opened.map_err(io::Error::from)),
    }
}

#[cfg(not(target_os = "linux"))]
fn by_descriptor(_: Pid) -> Option<io::Result<OwnedFd>> {
    None
}

fn by_thread(child: Pid) -> io::Result<OwnedFd> {
    let (reader, writer) = io::pipe()?;
    thread::Builder::new().name("end of a worker".into()).spawn(move || {
        // This leaves the child a zombie, so that its owner can still wait for it.
        let leave = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let wait = || waitid(WaitId::Pid(child), leave);
        while matches!(wait(), Err(rustix::io::Errno::INTR)) {}
        drop(writer);
    })?;
    Ok(reader.into())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn it_comes_with_the_end_of_the_process() {
        let ways: [fn(u32) -> io::Result<Ending>; 2] = [Ending::of, |child| {
            by_thread(Pid::from_raw(child.cast_signed()).unwrap()).map(Ending)
        }];
        for way in ways {
            let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
            let ending = way(child.id()).unwrap();
            assert!(!ending.within(Duration::ZERO));
            drop(child.stdin.take());
            assert!(ending.within(Duration::from_secs(60)));
            assert!(ending.within(Duration::ZERO), "once and for all");
            assert!(child.wait().unwrap().success(), "nobody has waited for it");
        }
    }
}
