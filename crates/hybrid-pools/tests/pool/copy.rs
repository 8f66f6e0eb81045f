//! What needs unsafe code: a plain fork, as a task of somebody who doesn't care might call it; and
//! the disposition of a signal.

#![allow(unsafe_code)]

use nix::libc;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{ForkResult, fork};

/// Makes a copy of this process. The copy runs `child`, and ends, unless that returns true.
pub(crate) fn copy(child: impl FnOnce() -> bool) {
    // SAFETY: this process has other threads. What they hold stays locked in the copy for ever: so
    // `child` only makes calls of the system. One that returns goes on at its own risk, which is what a
    // test wants to see.
    match unsafe { fork() }.expect("the system has a process to spare") {
        ForkResult::Parent { .. } => {}
        ForkResult::Child => {
            if !child() {
                // SAFETY: it has no preconditions.
                unsafe { libc::_exit(0) }
            }
        }
    }
}

/// From now on, this process ends of a pipe that nobody reads, as programs in C do.
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
