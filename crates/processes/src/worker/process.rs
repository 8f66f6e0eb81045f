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

    /// Ends it at once. That it has ended already is no error.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        match self {
            Self::Child(child) => child.kill(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.kill(),
        }
    }

    /// Waits until it has ended, and ends whoever it has left behind in its group.
    // ANCHOR: wait
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        if self.has_ended() {
            group::end_of(self.id());
        }
        match self {
            Self::Child(child) => child.wait(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.wait(),
        }
    }

    /// Waits for its end and leaves it a zombie, so that its number stays its own. False when
    /// somebody has waited for it, and this number may be another's.
    fn has_ended(&self) -> bool {
        let id = Pid::from_raw(self.id().cast_signed()).expect("no process has number 0");
        let leave = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        loop {
            match waitid(WaitId::Pid(id), leave) {
                Err(Errno::INTR) => {}
                ended => return ended.is_ok(),
            }
        }
    }
    // ANCHOR_END: wait
}
