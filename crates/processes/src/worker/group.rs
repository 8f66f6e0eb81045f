//! A worker leads a process group of its own, which its children are born into. So whoever ends the
//! worker can end all of them with one call, and a Ctrl-C in a terminal goes to the parent alone.

use nix::sys::signal::{Signal, killpg, raise};
use nix::unistd::{Pid, getpgrp, getpid, setpgid};

/// From now on, this process leads a group.
pub(super) fn lead() {
    // The leader of a session does so already, and is refused.
    let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
}

/// Ends whoever is in the group of `leader`, a child of this process for which nobody has waited
/// yet. As long as that is so, its number stands for nobody else.
pub(super) fn end_of(leader: u32) {
    // Mostly there is nobody any more. One who leads no group has none to be ended.
    let _ = killpg(Pid::from_raw(leader.cast_signed()), Signal::SIGKILL);
}

/// Ends this process and, if it leads its group, whoever is in there.
pub(super) fn end_ours() {
    if getpgrp() == getpid() {
        let _ = killpg(getpgrp(), Signal::SIGKILL);
    }
    let _ = raise(Signal::SIGKILL);
}
