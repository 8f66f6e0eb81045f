//! The process of a worker, as its parent sees it.

use std::io;
use std::process::{Child, ExitStatus};

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::group;

/// A process that can be killed and waited for.
#[derive(Debug)]
pub(crate) enum Process {
    /// A child of this process.
    Child(Child),
    /// A child of this process, made by fork, its own or that of a fork server.
    #[cfg(target_os = "linux")]
    Forked(crate::forking::Forked),
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        match self {
            Self::Child(child) => child.id(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.id(),
        }
    }

    /// Ends it at once, with whoever is in its group. That it has ended already is no error.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        if self.is_ours(WaitIdOptions::NOHANG) {
            group::end_of(self.id());
        }
        let killed = match self {
            Self::Child(child) => child.kill(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.kill(),
        };
        match killed {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::SRCH) => Ok(()),
            killed => killed,
        }
    }

    /// Waits until it has ended, and ends whoever it has left behind in its group.
    ///
    /// # Errors
    ///
    /// When the system has forgotten it.
    // ANCHOR: wait
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        if self.is_ours(WaitIdOptions::empty()) {
            group::end_of(self.id());
        }
        let waited = match self {
            Self::Child(child) => child.wait(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.wait(),
        };
        waited.map_err(|error| match Errno::from_io_error(&error) {
            Some(Errno::CHILD) => io::Error::other(FORGOTTEN),
            _ => error,
        })
    }

    /// Waits for its end, unless told otherwise, and leaves it a zombie, so that its number stays
    /// its own. False when that number may be another's: somebody has waited for it.
    fn is_ours(&self, how: WaitIdOptions) -> bool {
        let id = Pid::from_raw(self.id().cast_signed()).expect("no process has number 0");
        let leave = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | how;
        loop {
            match waitid(WaitId::Pid(id), leave) {
                Err(Errno::INTR) => {}
                ended => return ended.is_ok(),
            }
        }
    }
    // ANCHOR_END: wait
}

/// Why nobody knows how a child has ended.
const FORGOTTEN: &str = "somebody else has waited for it, or this process ignores SIGCHLD, and then the \
                         system forgets how its children end";
