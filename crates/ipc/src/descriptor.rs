//! Descriptors: what the system hands out for a pipe, a socket, a file, or a process.

/// A descriptor. It can travel with an invitation, and a process can wait for it.
#[cfg(unix)]
pub type Descriptor = std::os::fd::OwnedFd;

/// Stands for a descriptor on systems other than Unix, which have none. There is no value of this
/// type, so a function that takes one is never called.
#[cfg(not(unix))]
#[derive(Debug)]
pub enum Descriptor {}
