//! A process makes shared memory and is killed. What stays of the memory?

use std::any::Any;
use std::sync::atomic::Ordering::SeqCst;
#[cfg(target_os = "linux")]
use std::{fs::File, path::Path, process::ExitStatus};

#[cfg(target_os = "linux")]
use processes::worker::Program;
use processes::worker::{self, Work, Worker};
use shared_memory::ShmemConf;

use crate::ring::named::io_error;

#[cfg(target_os = "linux")]
use super::{ADD, Order};
use super::{Outcome, Segment, is_there, remove};

/// The number that a process writes into its segment before it is killed.
const WRITTEN: u64 = 7;

/// What has to live as long as the memory is to stay, and the memory's name if it has one.
type Made = (Box<dyn Any>, Option<String>);

/// Makes so many bytes of shared memory, and writes to all of them.
type Make = fn(usize) -> Outcome<Made>;

/// All kinds of memory, by name.
pub const KINDS: &[(&str, Make)] = &[
    ("a segment with a name", with_a_name),
    ("a segment whose name was removed", with_a_name_removed),
    #[cfg(target_os = "linux")]
    ("memory without a name", without_a_name),
];

fn with_a_name(bytes: usize) -> Outcome<Made> {
    let memory = ShmemConf::new().size(bytes).create().map_err(io_error)?;
    // SAFETY: the memory has so many bytes, and no other process has it yet.
    unsafe { std::ptr::write_bytes(memory.as_ptr(), 1, bytes) };
    let name = memory.get_os_id().to_string();
    Ok((Box::new(memory), Some(name)))
}

fn with_a_name_removed(bytes: usize) -> Outcome<Made> {
    let (memory, name) = with_a_name(bytes)?;
    // The memory itself stays as long as a process has it.
    name.as_deref().map(remove);
    Ok((memory, name))
}

#[cfg(target_os = "linux")]
fn without_a_name(bytes: usize) -> Outcome<Made> {
    use std::io::Write;

    use nix::sys::memfd::{MFdFlags, memfd_create};

    let mut memory = File::from(memfd_create("unnamed", MFdFlags::MFD_CLOEXEC)?);
    memory.write_all(&vec![1; bytes])?;
    Ok((Box::new(memory), None))
}

/// The work of a process that makes memory: gets one of [`KINDS`], by its name, and a number of
/// bytes, makes the memory, answers its name if it has one, and keeps it.
pub const MAKE: Work = Work::new("ipc: make memory to share", |link| {
    let mut kept = Vec::new();
    worker::answer(link, move |(kind, bytes): (String, usize)| {
        let (_, make) =
            KINDS.iter().find(|(name, _)| *name == kind).ok_or("no such kind")?;
        let (memory, name) = make(bytes).map_err(|error| error.to_string())?;
        kept.push(memory);
        Ok::<_, String>(name)
    })
});

/// A process that has made shared memory of one of [`KINDS`]. Dropping it kills the process and
/// then removes the memory's name, if it has one.
pub struct Owner {
    process: Worker,
    left: Leftover,
}

impl Owner {
    /// Starts the process, and has it make `bytes` bytes of memory of this kind.
    ///
    /// # Errors
    ///
    /// When the system has no process or no memory to spare, or there is no such kind.
    pub fn start(kind: &str, bytes: usize) -> Outcome<Self> {
        let mut process = Worker::start(&MAKE)?;
        let name: Result<_, String> = process.ask(&(kind, bytes))?;
        Ok(Self { process, left: Leftover(name?) })
    }

    /// The memory's name, if it is still there.
    pub fn name(&self) -> Option<&str> {
        self.left.name()
    }

    /// Kills the process by SIGKILL; returns what may be left of its memory.
    ///
    /// # Errors
    ///
    /// When the process can't be killed.
    pub fn kill(self) -> Outcome<Leftover> {
        self.process.kill()?;
        Ok(self.left)
    }
}

/// What may be left of a killed owner's memory. Dropping it removes the memory's name.
pub struct Leftover(Option<String>);

impl Leftover {
    /// The memory's name, if it is still there.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref().filter(|name| is_there(name))
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(name) = &self.0 {
            remove(name);
        }
    }
}

/// The work of a process that makes a segment of [`super::Words`], writes a number there, answers
/// the segment's name, and keeps it.
pub const WRITE: Work = Work::new("ipc: write to a segment", |link| {
    worker::answer(link, |()| {
        let segment = Segment::create().map_err(|error| error.to_string())?;
        segment.words().count.store(WRITTEN, SeqCst);
        let name = segment.name().to_string();
        std::mem::forget(segment);
        Ok::<_, String>(name)
    })
});

/// A process writes into a segment and is killed. Returns whether we can still read, by the
/// segment's name, what it wrote, and the name is gone afterwards.
///
/// # Errors
///
/// When the system has no process or no memory to spare.
// ANCHOR: outlives
pub fn outlives_its_owner() -> Outcome<bool> {
    let mut owner = Worker::start(&WRITE)?;
    let name: Result<String, String> = owner.ask(&())?;
    let name = name?;
    // Dropping a `Leftover` removes the name, even if we return early.
    let left = Leftover(Some(name.clone()));
    owner.kill()?;
    let read = Segment::open(&name).map(|segment| segment.words().count.load(SeqCst));
    drop(left);
    Ok(read.is_ok_and(|number| number == WRITTEN) && !is_there(&name))
}
// ANCHOR_END: outlives

/// Another process has a segment open, and we make the segment shorter, as any process may that
/// knows the name. Returns how the other process ended when it touched what was gone; `None` if
/// it didn't end.
///
/// # Errors
///
/// When the system has no process or no memory to spare.
#[cfg(target_os = "linux")]
pub fn end_of_who_touches_what_is_gone() -> Outcome<Option<ExitStatus>> {
    let segment = Segment::create()?;
    let mut toucher = Program::this()?.quiet().start(ADD.name)?;
    toucher.ask::<Result<(), String>>(&Order::Open(segment.name().into()))??;
    // The toucher would wait for another process; this makes it believe that one is there.
    segment.words().here.fetch_add(1, SeqCst);
    let file = Path::new("/dev/shm").join(segment.name().trim_start_matches('/'));
    File::options().write(true).open(file)?.set_len(0)?;
    match toucher.ask::<Result<(), String>>(&Order::Add("atomic".into(), 1)) {
        Err(worker::Error::Lost { status, .. }) => Ok(Some(status)),
        other => other?.map(|()| None).map_err(Into::into),
    }
}
