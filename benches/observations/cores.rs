//! Choosing the cores on which threads run: what a message or a task costs depends on them.

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The cores that this thread may use, by their numbers.
pub(crate) fn allowed() -> Vec<usize> {
    let set = sched_getaffinity(Pid::from_raw(0)).expect("it is our own thread");
    (0..CpuSet::count()).filter(|&core| set.is_set(core).unwrap_or(false)).collect()
}

/// From now on, this thread runs on `cores` and nowhere else, and so do those that it starts:
/// threads and processes.
pub(crate) fn stay_on(cores: &[usize]) {
    move_to(Pid::from_raw(0), cores);
}

/// From now on, the first thread of process `id` runs on `cores` and nowhere else.
pub(crate) fn move_to(id: Pid, cores: &[usize]) {
    let mut only = CpuSet::new();
    for &core in cores {
        only.set(core).expect("the system has told us of it");
    }
    sched_setaffinity(id, &only).expect("these are cores that we may use");
}

/// Does `work` on one core; whatever this thread starts meanwhile stays there, too.
pub(crate) fn on_one(work: impl FnOnce()) {
    let allowed = allowed();
    stay_on(&allowed[..1]);
    work();
    stay_on(&allowed);
}
