//! Somebody makes memory to share and is killed. What stays?

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

/// What its owner writes into it.
const WRITTEN: u64 = 7;

/// What has to live as long as the memory, and the memory's name if it has one.
type Made = (Box<dyn Any>, Option<String>);

/// Makes so many bytes of shared memory, and touches all of them.
type Make = fn(usize) -> Outcome<Made>;

/// All kinds of memory by name.
pub const KINDS: &[(&str, Make)] = &[
    ("a segment with a name", with_a_name),
    ("a segment whose name was removed", with_a_name_removed),
    #[cfg(target_os = "linux")]
    ("memory without a name", without_a_name),
];

fn with_a_name(bytes: usize) -> Outcome<Made> {
    let memory = ShmemConf::new().size(bytes).create().map_err(io_error)?;
    // SAFETY: nobody else has it yet.
    unsafe { std::ptr::write_bytes(memory.as_ptr(), 1, bytes) };
    let name = memory.get_os_id().to_string();
    Ok((Box::new(memory), Some(name)))
}

fn with_a_name_removed(bytes: usize) -> Outcome<Made> {
    let (memory, name) = with_a_name(bytes)?;
    // Who has the memory keeps it.
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

/// Makes memory, says its name if it has one, and lives on.
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

/// A process that has made shared memory of one of [`KINDS`]; and the memory's name, if any, which
/// is removed after the process has ended, however that comes about.
pub struct Owner {
    process: Worker,
    left: Leftover,
}

impl Owner {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When the system has no process or no memory to spare.
    pub fn start(kind: &str, bytes: usize) -> Outcome<Self> {
        let mut process = Worker::start(&MAKE)?;
        let name: Result<_, String> = process.ask(&(kind, bytes))?;
        Ok(Self { process, left: Leftover(name?) })
    }

    /// The memory's name, if something has it.
    pub fn name(&self) -> Option<&str> {
        self.left.name()
    }

    /// Kills it, by SIGKILL; returns what it leaves.
    ///
    /// # Errors
    ///
    /// When it has ended before.
    pub fn kill(self) -> Outcome<Leftover> {
        self.process.kill()?;
        Ok(self.left)
    }
}

/// What may be left of a killed owner's memory. Its name is removed when this is dropped.
pub struct Leftover(Option<String>);

impl Leftover {
    /// Its name, if something has it.
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

/// Makes a segment of [`super::Words`], writes a number there, and lives on.
pub const WRITE: Work = Work::new("ipc: write to a segment", |link| {
    worker::answer(link, |()| {
        let segment = Segment::create().map_err(|error| error.to_string())?;
        segment.words().count.store(WRITTEN, SeqCst);
        let name = segment.name().to_string();
        std::mem::forget(segment);
        Ok::<_, String>(name)
    })
});

/// Whether we read what a killed process wrote into a segment, by its name; the name is gone
/// afterwards.
///
/// # Errors
///
/// When the system has no process or no memory to spare.
// ANCHOR: outlives
pub fn outlives_its_owner() -> Outcome<bool> {
    let mut owner = Worker::start(&WRITE)?;
    let name: Result<String, String> = owner.ask(&())?;
    let name = name?;
    let left = Leftover(Some(name.clone()));
    owner.kill()?;
    let read = Segment::open(&name).map(|segment| segment.words().count.load(SeqCst));
    drop(left);
    Ok(read.is_ok_and(|number| number == WRITTEN) && !is_there(&name))
}
// ANCHOR_END: outlives

/// Another process has a segment open, and we make it shorter, as anybody may who knows its name.
/// Returns how that process ended when it touched what was gone; nothing if it didn't end.
///
/// # Errors
///
/// When the system has no process or no memory to spare.
#[cfg(target_os = "linux")]
pub fn end_of_who_touches_what_is_gone() -> Outcome<Option<ExitStatus>> {
    let segment = Segment::create()?;
    let mut toucher = Program::this()?.quiet().start(ADD.name)?;
    toucher.ask::<Result<(), String>>(&Order::Open(segment.name().into()))??;
    // It waits for nobody.
    segment.words().here.fetch_add(1, SeqCst);
    let file = Path::new("/dev/shm").join(segment.name().trim_start_matches('/'));
    File::options().write(true).open(file)?.set_len(0)?;
    match toucher.ask::<Result<(), String>>(&Order::Add("atomic".into(), 1)) {
        Err(worker::Error::Lost { status, .. }) => Ok(Some(status)),
        other => other?.map(|()| None).map_err(Into::into),
    }
}
