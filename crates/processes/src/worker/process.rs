//! The process of a worker, as its parent sees it.

use std::io;
use std::process::{Child, ExitStatus};

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

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        match self {
            Self::Child(child) => child.wait(),
            #[cfg(target_os = "linux")]
            Self::Forked(forked) => forked.wait(),
        }
    }
}
