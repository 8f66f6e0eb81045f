//! How much memory a process takes while it waits, as Linux tells it below `/proc`.

use std::ops::Sub;
use std::path::Path;
use std::time::Duration;
use std::{fs, io, thread};

use super::site::Site;
use super::visitors::visit;

/// How long to wait for one more visitor before we give up on those that are missing. Visitors come
/// much faster than that, even on a busy machine. A process that was refused a thread first waits
/// for the threads that it has, and so can't report the error before.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a process takes, in bytes, and how many pieces its memory has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Memory that the process has written to, apart from files: `Anonymous` in `smaps_rollup`.
    pub own: u64,
    /// Its page tables, which say where that memory lies: `VmPTE` in `status`.
    pub tables: u64,
    /// What the system keeps for *all* processes of this machine: a stack for each thread, the ends
    /// of connections, and its notes about them. `KernelStack` and `SUnreclaim` in `meminfo`.
    pub system: u64,
    /// All addresses that are taken, whether or not there is memory behind them: `VmSize`.
    pub addresses: u64,
    /// How many pieces the system keeps apart, such as a stack, or a page that guards one: the
    /// lines of `maps`.
    pub pieces: u64,
}

impl Memory {
    /// All memory that is really used, in bytes: all but the addresses.
    pub fn sum(self) -> u64 {
        self.own + self.tables + self.system
    }

    /// What the process with the number `process` takes now.
    ///
    /// # Errors
    ///
    /// When there is no such process, or we may not look into it.
    pub fn of(process: u32) -> io::Result<Self> {
        let read = |file| fs::read_to_string(format!("/proc/{process}/{file}"));
        let (sums, status) = (read("smaps_rollup")?, read("status")?);
        Ok(Self {
            own: in_kib(&sums, "Anonymous")?,
            tables: in_kib(&status, "VmPTE")?,
            system: system()?,
            addresses: in_kib(&status, "VmSize")?,
            pieces: read("maps")?.lines().count() as u64,
        })
    }
}

/// How much more it is than `before`; 0 where it is less.
impl Sub for Memory {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            own: self.own.saturating_sub(before.own),
            tables: self.tables.saturating_sub(before.tables),
            system: self.system.saturating_sub(before.system),
            addresses: self.addresses.saturating_sub(before.addresses),
            pieces: self.pieces.saturating_sub(before.pieces),
        }
    }
}

/// Starts `program` as a process of its own that waits for `pages` pages by the way called `way`;
/// returns what that process takes while `at_once` of its visits wait.
///
/// The system's part is the increase since before that process was started. So it is right only
/// while no other process starts or ends much, and it includes both ends of each connection.
///
/// # Errors
///
/// When not all visits come to wait, or the system won't say what they take.
pub fn while_waiting(
    program: &Path,
    way: &str,
    pages: usize,
    at_once: usize,
) -> Result<Memory, String> {
    look(at_once, |site| {
        let visit = visit(program, way, site.address(), pages, None);
        visit.map(drop).map_err(|failed| failed.to_string())
    })
}

/// Returns what a process takes while `at_once` visits wait. `visit` lets that process, which may
/// be this one, visit the site that it is given, and returns when all visits have ended.
///
/// # Errors
///
/// When not all visits come to wait, or the system won't say what they take.
pub fn look(
    at_once: usize,
    visit: impl FnOnce(&Site) -> Result<(), String> + Send,
) -> Result<Memory, String> {
    let said = |error: io::Error| format!("couldn't look at the memory: {error}");
    let site = Site::with_doors(at_once).map_err(|error| error.to_string())?;
    let before = system().map_err(said)?;
    thread::scope(|scope| {
        let visit = || {
            let visit = visit(&site);
            site.nobody_comes();
            visit
        };
        let visit = thread::Builder::new().spawn_scoped(scope, visit);
        let visit = visit.map_err(|error| format!("couldn't start a thread: {error}"))?;
        let memory = site.when_full(PATIENCE).map(Memory::of);
        site.open_doors();
        visit.join().expect("a visit doesn't panic")?;
        let mut memory = memory.ok_or("they didn't all come")?.map_err(said)?;
        memory.system = memory.system.saturating_sub(before);
        Ok(memory)
    })
}

fn system() -> io::Result<u64> {
    let sums = fs::read_to_string("/proc/meminfo")?;
    Ok(in_kib(&sums, "KernelStack")? + in_kib(&sums, "SUnreclaim")?)
}

/// The number in the line `name:  123 kB`, in bytes.
fn in_kib(lines: &str, name: &str) -> io::Result<u64> {
    let line = lines.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| io::Error::other(format!("the system doesn't tell `{name}`")))
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;
    use crate::many::in_threads::thread_each;

    #[test]
    fn this_process_takes_something() {
        let Memory { own, tables, system, addresses, pieces } =
            Memory::of(process::id()).unwrap();
        assert!(own > 0 && tables > 0 && system > 0 && pieces > 0);
        assert!(own < addresses);
    }

    #[test]
    fn threads_that_wait_take_addresses() {
        let visit = |pages| {
            let wait = |site: &Site| thread_each(site.address(), pages);
            look(pages, move |site| {
                wait(site).map(drop).map_err(|error| error.to_string())
            })
        };
        let _alone = crate::many::tests::alone();
        let (few, many) = (visit(1).unwrap(), visit(100).unwrap());
        // Rust's threads have stacks of 2 MiB. Other tests may end a few threads of theirs meanwhile, so
        // we expect only half.
        assert!((many - few).addresses > 50 * (2 << 20), "{few:?} {many:?}");
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let failed = look(2, |_| Err("no way in".into()));
        assert_eq!(failed, Err("no way in".into()));
        let gone = look(2, |_| Ok(()));
        assert_eq!(gone, Err("they didn't all come".into()));
    }
}
