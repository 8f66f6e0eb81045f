//! Who descends from this process, who of them has ended, and how to end the others.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use std::{fs, io};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::{End, LAST};

/// The id of no child.
pub(super) const NO_CHILD: Pid = Pid::from_raw(0);

/// What is known of children that have ended.
pub(super) struct Reaped {
    /// How the child that was asked for ended, if it has just done so.
    pub(super) end: Option<End>,
    /// Whether there is no child any more, and so no descendant: whoever loses its parent
    /// becomes a child of this process.
    pub(super) nobody_left: bool,
}

/// Waits for all children that have ended, and says how `child` did.
pub(super) fn reap(child: Pid) -> io::Result<Reaped> {
    let mut end = None;
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => {
                end = Some(End::Exited(code));
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                end = Some(End::Signalled(signal.to_string()));
            }
            Ok(WaitStatus::StillAlive) => return Ok(Reaped { end, nobody_left: false }),
            Err(nix::Error::ECHILD) => return Ok(Reaped { end, nobody_left: true }),
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// How many processes and threads a user has.
pub(super) fn tasks_of(user: u32) -> io::Result<u64> {
    let mut tasks = 0;
    for entry in fs::read_dir("/proc")? {
        // It may be none, or have gone meanwhile.
        let status = fs::read(entry?.path().join("status")).unwrap_or_default();
        let status = String::from_utf8_lossy(&status);
        let number =
            |name: &str| field(&status, name)?.split_whitespace().next()?.parse().ok();
        if number("Uid") == Some(u64::from(user)) {
            tasks += number("Threads").unwrap_or(1);
        }
    }
    Ok(tasks)
}

/// One of them.
pub(super) struct Process {
    pub(super) name: String,
    parent: i32,
    /// It is a zombie, at most.
    pub(super) ended: bool,
    /// In bytes.
    pub(super) memory: u64,
}

/// All processes that descend from this one.
pub(super) fn descendants() -> io::Result<BTreeMap<i32, Process>> {
    let mut others = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        // It may have gone meanwhile. Its name may be no UTF-8.
        let Ok(status) = fs::read(format!("/proc/{id}/status")) else { continue };
        if let Some(process) = Process::parse(&String::from_utf8_lossy(&status)) {
            others.insert(id, process);
        }
    }
    let mut family = BTreeMap::new();
    let mut parents = BTreeSet::from([std::process::id().cast_signed()]);
    while !parents.is_empty() {
        let children: BTreeSet<i32> = others
            .iter()
            .filter(|(_, process)| parents.contains(&process.parent))
            .map(|(&id, _)| id)
            .collect();
        for id in &children {
            family.extend(others.remove_entry(id));
        }
        parents = children;
    }
    Ok(family)
}

/// Ends all descendants. Some may be starting others as we look, so all are stopped first:
/// who is stopped starts nobody. Each round begins with `kill_together`, which ends those that
/// it can reach without looking.
///
/// # Errors
///
/// When some are still there after [`LAST`], or the system says nothing of them.
pub(super) fn end_all(kill_together: impl Fn()) -> io::Result<()> {
    let deadline = Instant::now() + LAST;
    let mut stopped = BTreeSet::new();
    loop {
        kill_together();
        if reap(NO_CHILD)?.nobody_left {
            return Ok(());
        }
        let family = descendants()?;
        let living: BTreeSet<_> = family
            .iter()
            .filter(|(_, process)| !process.ended)
            .map(|(&id, _)| id)
            .collect();
        let signal =
            if living.is_subset(&stopped) { Signal::SIGKILL } else { Signal::SIGSTOP };
        for &process in &living {
            // It may have ended meanwhile.
            let _ = kill(Pid::from_raw(process), signal);
        }
        stopped = living;
        if Instant::now() > deadline {
            return Err(io::Error::other("some of its processes can't be ended"));
        }
    }
}

/// The line `name:  value` of `/proc/ID/status`.
fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

impl Process {
    /// The lines of `/proc/ID/status`, see proc_pid_status(5).
    fn parse(status: &str) -> Option<Self> {
        // One that has ended has no memory any more, and so has no such line.
        let kib = field(status, "VmRSS")
            .and_then(|size| size.strip_suffix(" kB")?.parse::<u64>().ok());
        Some(Self {
            name: field(status, "Name")?.into(),
            parent: field(status, "PPid")?.parse().ok()?,
            ended: field(status, "State")?.starts_with(['Z', 'X']),
            memory: kib.unwrap_or(0) * 1024,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_says_of_a_process_is_read() {
        let status = "Name:\tPPid: 3\nState:\tS (sleeping)\nPPid:\t7\nVmRSS:\t  25 kB\n";
        let process = Process::parse(status).unwrap();
        assert_eq!((process.name.as_str(), process.parent), ("PPid: 3", 7));
        assert_eq!((process.ended, process.memory), (false, 25 * 1024));
        let ended = Process::parse("Name:\tsh\nState:\tZ (zombie)\nPPid:\t7\n").unwrap();
        assert!(ended.ended);
        assert!(Process::parse("nothing").is_none());
    }

    #[test]
    fn this_process_descends_from_none_of_its_own() {
        assert!(!descendants().unwrap().contains_key(&std::process::id().cast_signed()));
    }
}
