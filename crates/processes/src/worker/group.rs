//! A worker leads a process group of its own, and its children are born into that group. So all of
//! them can be killed with one call, and a Ctrl-C in a terminal goes to the parent alone.

use nix::sys::signal::{Signal, killpg, raise};
use nix::unistd::{Pid, getpgrp, getpid, setpgid};

/// Makes this process the leader of a new process group.
pub(super) fn lead() {
    // The leader of a session leads a group already; the system refuses, and that is fine.
    let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
}

/// Kills all processes in the group of `leader`, a child of this process for which nobody has
/// waited yet. As long as that is so, its number belongs to no other process.
pub(super) fn end_of(leader: u32) {
    // It is no error if the group is empty, as it mostly is, or if `leader` leads no group.
    let _ = killpg(Pid::from_raw(leader.cast_signed()), Signal::SIGKILL);
}

/// Kills this process and, if it leads its group, all others in the group.
pub(super) fn end_ours() {
    if getpgrp() == getpid() {
        let _ = killpg(getpgrp(), Signal::SIGKILL);
    }
    let _ = raise(Signal::SIGKILL);
}
