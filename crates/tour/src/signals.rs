//! What a program inherits from whoever started it: signals that are ignored, signals that are
//! blocked.

#![allow(unsafe_code)]

use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sys::signal::{SigHandler, SigSet, Signal, signal};

/// Takes back of that what programs rely on. First thing in `main`, before there are threads;
/// whatever the program starts inherits it from there.
///
/// * SIGCHLD is ignored no more. While it is, the system forgets how children end, and whoever
///   waits for one is told that there is none.
/// * No signal is blocked, so Ctrl-C comes through.
///
/// What people ignore on purpose stays ignored: SIGHUP with `nohup`, SIGINT with a shell's `&`.
/// (SIGPIPE is ignored by Rust itself.)
pub fn reset() {
    // Both can't fail: there are such signals.
    // SAFETY: no function of ours is called when the signal comes.
    let _ = unsafe { signal(Signal::SIGCHLD, SigHandler::SigDfl) };
    let _ = SigSet::empty().thread_set_mask();
}

/// The opposite, for tests: `command` will start with SIGCHLD ignored, as some supervisors have it,
/// and with all signals blocked.
pub fn spoil(command: &mut Command) {
    let ignore_and_block = || {
        // SAFETY: no function of ours is called when the signal comes.
        unsafe { signal(Signal::SIGCHLD, SigHandler::SigIgn) }?;
        Ok(SigSet::all().thread_set_mask()?)
    };
    // SAFETY: between fork and exec it makes two calls that may be made there.
    unsafe { command.pre_exec(ignore_and_block) };
}
