//! What a program inherits from its parent: which signals are ignored, and which are blocked.

#![allow(unsafe_code)]

use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::{SigHandler, SigSet, Signal, signal};

/// Resets what programs rely on. To be called first in `main`, before there are threads; all that
/// the program starts inherits the result.
///
/// * SIGCHLD is no longer ignored. While SIGCHLD is ignored, the system forgets how children end,
///   and a parent that waits for a child is told that it has none.
/// * No signal is blocked any more, so that Ctrl-C ends the program.
///
/// What people ignore on purpose stays ignored: SIGHUP with `nohup`, SIGINT with a shell's `&`.
/// (SIGPIPE is ignored by Rust itself.)
pub fn reset() {
    // Neither call can fail, since these signals exist.
    // SAFETY: no function of ours is called when the signal comes.
    let _ = unsafe { signal(Signal::SIGCHLD, SigHandler::SigDfl) };
    let _ = SigSet::empty().thread_set_mask();
}

/// The opposite of [`reset`], for tests: `command` will start with SIGCHLD ignored, as under some
/// supervisors, and with all signals blocked.
pub fn spoil(command: &mut Command) {
    let ignore_and_block = || {
        // SAFETY: no function of ours is called when the signal comes.
        unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }?;
        Ok(SigSet::all().thread_set_mask()?)
    };
    // SAFETY: the closure makes two calls, both of which are allowed between fork and exec.
    unsafe { command.pre_exec(ignore_and_block) };
}
