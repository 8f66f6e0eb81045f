//! fork and exec, in order to see what posix_spawn saves.

#![allow(unsafe_code)]

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Makes `command` fork and then exec. The standard library uses posix_spawn only if there is
/// nothing to do in between, so we give it something to do that does nothing.
pub(crate) fn fork_before_exec(command: &mut Command) {
    // SAFETY: what runs between fork and exec does nothing at all.
    unsafe { command.pre_exec(|| Ok(())) };
}
