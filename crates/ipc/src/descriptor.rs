//! What the system hands out for a pipe, a socket, a file, or a process.

/// A descriptor: it can travel beside an invitation, and can be waited for.
#[cfg(unix)]
pub type Descriptor = std::os::fd::OwnedFd;

/// There are descriptors on Unix only. Elsewhere nobody has a value of this type, so nothing that
/// takes one is ever called.
#[cfg(not(unix))]
#[derive(Debug)]
pub enum Descriptor {}
