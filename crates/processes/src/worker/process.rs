//! The process of a worker, as its parent sees it.

use std::io;
use std::process::{Child, ExitStatus};

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use super::group;

/// A process that can be killed and waited for.
#[derive(Debug)]
pub(crate) struct Process {
    kind: Kind,
    /// Set once somebody has waited for the process: how it ended, if the system still knew. From
    /// then on, its number may belong to another process.
    over: Option<Option<ExitStatus>>,
}

#[derive(Debug)]
enum Kind {
    /// A child of this process.
    Child(Child),
    /// A child of this process that was made by fork, here or in a fork server.
    #[cfg(target_os = "linux")]
    Forked(crate::forking::Forked),
}

impl From<Child> for Process {
    fn from(child: Child) -> Self {
        Self { kind: Kind::Child(child), over: None }
    }
}

#[cfg(target_os = "linux")]
impl From<crate::forking::Forked> for Process {
    fn from(forked: crate::forking::Forked) -> Self {
        Self { kind: Kind::Forked(forked), over: None }
    }
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        match &self.kind {
            Kind::Child(child) => child.id(),
            #[cfg(target_os = "linux")]
            Kind::Forked(forked) => forked.id(),
        }
    }

    /// Whether somebody has waited for its end.
    pub(crate) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Kills the process and all others in its group. It is no error if the process has ended
    /// already.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        if self.is_over() {
            return Ok(());
        }
        if self.is_ours(WaitIdOptions::NOHANG) {
            group::end_of(self.id());
        }
        let killed = match &mut self.kind {
            Kind::Child(child) => child.kill(),
            #[cfg(target_os = "linux")]
            Kind::Forked(forked) => forked.kill(),
        };
        match killed {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::SRCH) => Ok(()),
            killed => killed,
        }
    }

    /// Waits until the process has ended, and kills what it has left behind in its group.
    ///
    /// # Errors
    ///
    /// When the system has forgotten how it ended.
    // ANCHOR: wait
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(ended) = self.over {
            return ended.ok_or_else(|| io::Error::other(FORGOTTEN));
        }
        if self.is_ours(WaitIdOptions::empty()) {
            group::end_of(self.id());
        }
        let waited = match &mut self.kind {
            Kind::Child(child) => child.wait(),
            #[cfg(target_os = "linux")]
            Kind::Forked(forked) => forked.wait(),
        };
        let is_forgotten =
            |error: &io::Error| Errno::from_io_error(error) == Some(Errno::CHILD);
        match waited {
            Err(error) if !is_forgotten(&error) => Err(error),
            ended => {
                self.over = Some(ended.ok());
                self.wait()
            }
        }
    }

    /// Waits for the process's end, unless `how` says not to wait, and leaves it a zombie, so that
    /// its number stays its own. False when somebody else has waited for it.
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::mem::ManuallyDrop;
    use std::os::unix::process::ExitStatusExt;

    use super::*;
    use crate::forking::Forked;

    /// The number of a process that is over may belong to another process by now: in this test, to
    /// the test itself. The test starts no process, which would hold copies of descriptors that
    /// other tests close.
    #[test]
    fn who_is_over_is_left_alone() {
        let number = Forked::adopt(std::process::id().cast_signed());
        let over = ExitStatus::from_raw(0);
        // Dropping it would kill this test.
        let mut process = ManuallyDrop::new(Process {
            kind: Kind::Forked(number),
            over: Some(Some(over)),
        });
        process.kill().unwrap();
        assert_eq!(process.wait().unwrap(), over);
        process.over = Some(None);
        process.kill().unwrap();
        assert!(process.wait().unwrap_err().to_string().contains("SIGCHLD"));
    }
}
