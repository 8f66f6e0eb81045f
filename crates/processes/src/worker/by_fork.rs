//! fork and exec, for those who want to see what posix_spawn saves.

#![allow(unsafe_code)]

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Makes `command` fork and then exec. The standard library has to fork as soon as there
/// is something to do in between, even if it is nothing.
pub(crate) fn fork_before_exec(command: &mut Command) {
    // SAFETY: what runs between fork and exec does nothing at all.
    unsafe { command.pre_exec(|| Ok(())) };
}
