//! What a process takes while it waits, as Linux tells it below `/proc`.

use std::ops::Sub;
use std::path::Path;
use std::time::Duration;
use std::{fs, io, thread};

use super::site::Site;
use super::visitors::visit;

/// How long nobody may come before all have. It is a fraction of a millisecond; longer on a machine
/// that is very busy. Who was refused a thread waits for the others, and can't tell us before.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a process takes, in bytes, and how many pieces its memory has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What it has written.
    pub own: u64,
    /// The tables of where that lies.
    pub tables: u64,
    /// What the system has for all processes of this machine: a stack for each thread, the ends of
    /// connections, and what it notes of them.
    pub system: u64,
    /// All addresses that are taken, whether or not there is memory behind them.
    pub addresses: u64,
    /// The pieces that the system keeps apart, such as a stack, or a page that guards one.
    pub pieces: u64,
}

impl Memory {
    /// All that there is memory behind.
    pub fn sum(self) -> u64 {
        self.own + self.tables + self.system
    }

    /// What `process` takes now.
    ///
    /// # Errors
    ///
    /// When there is no such process, or it is not ours to look into.
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

/// How much more it is than before.
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

/// Has `program` wait for `pages` pages in a process of its own, by the way of that name, and
/// returns what it takes while `at_once` of them wait.
///
/// The system's part counts from before that process was there. So it is right while nobody else
/// starts or ends much, and holds both ends of each connection.
///
/// # Errors
///
/// When they don't come to wait, or the system won't say what they take.
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

/// What the process takes that `visit` lets wait: `at_once` visits at a time.
///
/// # Errors
///
/// When they don't come to wait, or the system won't say what they take.
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

/// The line `name:  123 kB`, in bytes.
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
        let (few, many) = (visit(1).unwrap(), visit(100).unwrap());
        // Rust's threads have stacks of 2 MiB. Other tests may end theirs meanwhile.
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
