//! A process's memory is its own, unless another process asks the system for it, as debuggers
//! do.
//!
//! A process keeps numbers. Another one tries to change them, in the three [`WAYS`] that
//! Linux has. Whether the system lets it depends on [`WHO`] it is. Neither process has root's
//! rights: where this program has them, both give them up first.

#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind, IoSlice};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_dumpable;
use nix::sys::uio::{RemoteIoVec, process_vm_writev};
use nix::unistd::{Pid, Uid, setresuid};

use crate::worker::{self, Error, Work, Worker};

/// What the numbers are at first, and what the other process tries to change them to.
const BEFORE: u64 = 0;
const AFTER: u64 = 7;

/// Who tries to change the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A process of the same user.
    SameUser,
    /// A process of the same user, when the process with the numbers has told the system that
    /// nobody is to look into it (`PR_SET_DUMPABLE`).
    NotLetIn,
    /// A process of another user.
    AnotherUser,
}

/// All who try, by the names that they have in the measurements.
pub const WHO: [(&str, Who); 3] = [
    ("the same user", Who::SameUser),
    ("the same user, not let in", Who::NotLetIn),
    ("another user", Who::AnotherUser),
];

/// A way to write numbers into another process, from an address there on.
pub type Way = fn(Pid, usize, &[u64]) -> io::Result<()>;

/// All ways, by name.
pub const WAYS: [(&str, Way); 3] = [
    ("process_vm_writev", by_system_call),
    ("a file in proc", by_file),
    ("ptrace", by_ptrace),
];

/// Two users that own nothing. If this program has root's rights, its two processes become theirs.
const NOBODY: u32 = 65_534;
const SOMEBODY_ELSE: u32 = 65_533;

/// The work of the process with the numbers. Gets a user to become, if any, whether others may look
/// into the process, and how many numbers to keep; answers the address of the numbers, and how
/// many of them have changed.
pub const KEEPER: Work = Work::new("keep numbers", |link| {
    let mut numbers = Vec::new();
    worker::answer(link, move |(user, let_in, count): (Option<u32>, bool, usize)| {
        if numbers.is_empty() {
            become_user(user)?;
            set_dumpable(let_in).map_err(Errno::desc)?;
            numbers.resize_with(count, || AtomicU64::new(BEFORE));
        }
        let changed = numbers.iter().filter(|number| number.load(SeqCst) != BEFORE);
        Ok::<_, &str>((numbers.as_ptr() as usize, changed.count()))
    })
});

/// The work of the process that writes into another one. Gets a user to become, if any, the name
/// of one of [`WAYS`], the id of the other process, an address there, and how many numbers to
/// write; answers what the system says to that.
pub const WRITER: Work = Work::new("write into another process", |link| {
    worker::answer(link, |(user, way, process, address, count)| {
        let (user, way): (Option<u32>, String) = (user, way);
        become_user(user)?;
        let way = WAYS.iter().find(|(name, _)| *name == way);
        let (_, way) = way.ok_or("there is no such way")?;
        let written = way(Pid::from_raw(process), address, &vec![AFTER; count]);
        Ok::<_, &str>(written.map_err(|error| error.to_string()))
    })
});

/// Makes this process the given user's, for good. Without a user, it does nothing.
fn become_user(user: Option<u32>) -> Result<(), &'static str> {
    let Some(user) = user.map(Uid::from_raw) else { return Ok(()) };
    setresuid(user, user, user).map_err(Errno::desc)
}

// ANCHOR: ways
fn by_system_call(process: Pid, address: usize, numbers: &[u64]) -> io::Result<()> {
    let bytes = as_bytes(numbers);
    let there = RemoteIoVec { base: address, len: bytes.len() };
    process_vm_writev(process, &[IoSlice::new(&bytes)], &[there])?;
    Ok(())
}

fn by_file(process: Pid, address: usize, numbers: &[u64]) -> io::Result<()> {
    let memory = File::options().write(true).open(format!("/proc/{process}/mem"))?;
    memory.write_all_at(&as_bytes(numbers), address as u64)
}
// ANCHOR_END: ways

/// As a debugger does: it stops the process, writes word by word, and lets it go on.
fn by_ptrace(process: Pid, address: usize, numbers: &[u64]) -> io::Result<()> {
    let pid = process.as_raw();
    let ask = |what, address: usize, number: u64| {
        // SAFETY: these requests change no memory of this process.
        let answer = unsafe { libc::ptrace(what, pid, address, number as usize) };
        if answer == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    };
    ask(libc::PTRACE_ATTACH, 0, 0)?;
    // SAFETY: no status is asked for.
    while unsafe { libc::waitpid(pid, std::ptr::null_mut(), libc::__WALL) } != pid {
        let error = io::Error::last_os_error();
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let places = (address..).step_by(size_of::<u64>());
    let mut words = places.zip(numbers);
    let written =
        words.try_for_each(|(place, number)| ask(libc::PTRACE_POKEDATA, place, *number));
    written.and(ask(libc::PTRACE_DETACH, 0, 0))
}

fn as_bytes(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}

/// Has `who` try to change so many numbers of another process by `way`, the name of one of
/// [`WAYS`]; returns how many have changed. The result is `None` for another user, unless this
/// program has root's rights: otherwise it can't become another user.
///
/// # Errors
///
/// When the processes can't be started, or there is no such way. It is no error if the system
/// refuses the write: then no number has changed.
pub fn changed(who: Who, way: &str, numbers: usize) -> Result<Option<usize>, Error> {
    let may = Uid::effective().is_root();
    if who == Who::AnotherUser && !may {
        return Ok(None);
    }
    let user = may.then_some(NOBODY);
    let other = if who == Who::AnotherUser { Some(SOMEBODY_ELSE) } else { user };

    let mut keeper = Worker::start(&KEEPER)?;
    let mut writer = Worker::start(&WRITER)?;
    let question = (user, who != Who::NotLetIn, numbers);
    let (address, before): (usize, usize) = answered(keeper.ask(&question)?)?;
    debug_assert_eq!(before, 0);
    let process = keeper.id().cast_signed();
    // If the system refuses the write, that is a result and no error.
    let _: Result<(), String> =
        answered(writer.ask(&(other, way, process, address, numbers))?)?;
    let (_, changed): (usize, usize) = answered(keeper.ask(&question)?)?;
    Ok(Some(changed))
}

fn answered<T>(answer: Result<T, String>) -> Result<T, Error> {
    answer.map_err(|reason| Error::Refused { reason })
}
