//! What needs unsafe code: a plain fork, as a task might call it without further thought; and the
//! disposition of a signal.

#![allow(unsafe_code)]

use nix::libc;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{ForkResult, fork};

/// Makes a copy of this process. The copy runs `child` and ends; if `child` returns true, it goes on.
pub(crate) fn copy(child: impl FnOnce() -> bool) {
    // SAFETY: this process has other threads, and what they hold stays locked in the copy for ever. So
    // `child` only makes system calls. A copy that goes on does so at its own risk, which is what a test
    // wants to see.
    match unsafe { fork() }.expect("the system has a process to spare") {
        ForkResult::Parent { .. } => {}
        ForkResult::Child => {
            if !child() {
                // SAFETY: the call has no preconditions.
                unsafe { libc::_exit(0) }
            }
        }
    }
}

/// From now on, writing to a pipe that nobody reads ends this process, as it ends programs in C.
pub(crate) fn end_of_broken_pipes() {
    // SAFETY: no function of ours is called when the signal comes.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }
        .expect("there is such a signal");
}

/// From now on, the system forgets how children of this process end.
pub(crate) fn ignore_children() {
    // SAFETY: a signal that is ignored runs no code of ours.
    unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }
        .expect("there is such a signal");
}
