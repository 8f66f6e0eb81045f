//! Shared memory from its beginning: two processes, a segment with a name, a number in it.
//!
//! * here: the segment, by the crate `shared_memory`, and two processes that add to the number;
//! * [`plain`]: they read, add and write; [`atomic`]: they add in one step;
//! * [`locked`]: they take a lock that lies in the segment, too; [`robust`] is a lock that
//!   survives its holder; [`holders`] kills somebody who has one of them;
//! * [`leftovers`]: what stays when somebody is killed who has made such memory.
//!
//! Numbers in a segment have to be atomic, even where nothing else is: the other process may
//! write at any moment, and the compiler has to know.

#![allow(unsafe_code)]

pub mod atomic;
pub mod holders;
pub mod leftovers;
pub mod locked;
pub mod plain;
#[cfg(target_os = "linux")]
pub mod robust;

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::{error, io, thread};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::mman::{shm_open, shm_unlink};
use nix::sys::stat::Mode;
use processes::worker::{self, Program, Work};
use serde::{Deserialize, Serialize};
use shared_memory::{Shmem, ShmemConf};

use crate::ring::named::io_error;
use crate::signals::Waiting;

/// What comes out of it, or what went wrong.
pub type Outcome<T> = Result<T, Box<dyn error::Error>>;

/// What lies in the segment. New memory is all zeros.
// ANCHOR: words
#[repr(C)]
pub struct Words {
    /// How many processes have come.
    here: AtomicU64,
    /// How many of them have read the count, when that is forced.
    read: AtomicU64,
    /// What they add to.
    count: AtomicU64,
    /// 0: open, 1: locked.
    lock: AtomicU64,
    /// Another lock, of the C library.
    #[cfg(target_os = "linux")]
    robust: robust::Lock,
}
// ANCHOR_END: words

impl Words {
    /// How far they have come.
    pub fn count(&self) -> u64 {
        self.count.load(SeqCst)
    }
}

/// A segment with a name, mapped into this process. Whoever has made it removes the name when
/// this is dropped.
///
/// On Linux, whoever knows the name and is of the same user can make it shorter, and then the system
/// ends, by SIGBUS, who touches what is gone. macOS and Windows refuse that.
pub struct Segment(Shmem);

impl Segment {
    /// Makes a segment; the crate thinks of a name.
    ///
    /// # Errors
    ///
    /// When the system has no memory or no descriptor to spare.
    // ANCHOR: create
    pub fn create() -> io::Result<Self> {
        Self::made(ShmemConf::new())
    }
    // ANCHOR_END: create

    /// Finds the segment that has this name.
    ///
    /// # Errors
    ///
    /// When there is none, or it is another user's, or not one of ours.
    // ANCHOR: open
    pub fn open(name: &str) -> io::Result<Self> {
        let memory = ShmemConf::new().os_id(name).open().map_err(io_error)?;
        Self::whole(memory)
    }
    // ANCHOR_END: open

    /// What lies in it.
    // ANCHOR: words_of
    pub fn words(&self) -> &Words {
        // SAFETY: `whole` has asked for the length, and a mapping begins at a page. Any bytes
        // are valid words; all of them may change at any time, and say so by their types.
        unsafe { &*self.0.as_ptr().cast() }
    }
    // ANCHOR_END: words_of
}

impl Segment {
    /// Makes a segment with a name that was agreed on.
    ///
    /// # Errors
    ///
    /// As [`Segment::create`]; `AlreadyExists` when somebody has taken the name.
    pub fn create_as(name: &str) -> io::Result<Self> {
        Self::made(ShmemConf::new().os_id(name))
    }

    fn made(how: ShmemConf) -> io::Result<Self> {
        let memory = how.size(size_of::<Words>()).create().map_err(io_error)?;
        let segment = Self::whole(memory)?;
        #[cfg(target_os = "linux")]
        segment.words().robust.begin()?;
        Ok(segment)
    }

    /// Nobody reads beyond its end.
    fn whole(memory: Shmem) -> io::Result<Self> {
        if memory.len() < size_of::<Words>() {
            return Err(io::Error::other("this segment is too short for our words"));
        }
        Ok(Self(memory))
    }

    /// Its name. On Linux it is that of a file in `/dev/shm`.
    pub fn name(&self) -> &str {
        self.0.get_os_id()
    }

    /// Removes the name for good: whoever takes it afterwards has it alone. Who has the memory
    /// keeps it.
    // ANCHOR: unname
    pub fn unname(&mut self) {
        remove(self.0.get_os_id());
        // Or the crate would remove it again later, whoever's it is by then.
        self.0.set_owner(false);
    }
    // ANCHOR_END: unname
}

/// Whether a segment has this name.
pub fn is_there(name: &str) -> bool {
    // Any other error says that there is one, which we may not open now.
    !matches!(shm_open(name, OFlag::O_RDONLY, Mode::empty()), Err(Errno::ENOENT))
}

/// Removes a name, even of a segment that was never finished; whoever has the memory keeps it. Returns
/// whether it could.
// ANCHOR: remove
pub fn remove(name: &str) -> bool {
    // The crate removes a name only for the owner. The system does it for anybody of its user.
    shm_unlink(name).is_ok()
}
// ANCHOR_END: remove

/// Waits until a word has grown so far.
fn until(word: &AtomicU64, at_least: u64) {
    while word.load(SeqCst) < at_least {
        // Whoever is to change it may need our core.
        thread::yield_now();
    }
}

/// Adds one to the count, so many times.
pub type Way = fn(&Words, u64);

/// The way that loses one of two, every time.
pub const FORCED: &str = "plain, forced, once";

/// All ways by name.
pub const WAYS: &[(&str, Way)] = &[
    ("plain", plain::add),
    (FORCED, plain::forced),
    ("atomic", atomic::add),
    ("lock", locked::add),
    #[cfg(target_os = "linux")]
    ("robust mutex", robust::add),
];

/// How many processes add.
pub(crate) const TOGETHER: u64 = 2;

/// What a process that adds is told.
#[derive(Serialize, Deserialize)]
enum Order {
    /// Open the segment with this name.
    Open(String),
    /// Wait for the other process, and add: in which way, and how many times.
    Add(String, u64),
}

/// Opens a segment, and adds to the number there.
pub const ADD: Work = Work::new("ipc: add in a segment", |link| {
    let mut segment = None;
    worker::answer(link, move |order| {
        match order {
            Order::Open(name) => {
                let opened = Segment::open(&name).map_err(|error| error.to_string())?;
                segment = Some(opened);
            }
            Order::Add(way, times) => {
                let way = WAYS.iter().find(|(known, _)| *known == way);
                let (_, add) = way.ok_or("there is no such way")?;
                let words = segment.as_ref().ok_or("no segment is open")?.words();
                words.here.fetch_add(1, SeqCst);
                until(&words.here, TOGETHER);
                add(words, times);
            }
        }
        Ok::<(), String>(())
    })
});

/// Two processes begin together and add `times` times each, in a way that is named in [`WAYS`];
/// returns the count.
///
/// # Errors
///
/// When the system has no process or no memory to spare, or there is no such way.
// ANCHOR: add_together
pub fn add_together(way: &str, times: u64) -> Outcome<u64> {
    // Ctrl-C would leave the name behind, so it waits until that is gone.
    let waiting = Waiting::new();
    let mut segment = Segment::create()?;
    let mut workers = Program::this()?.start_all(ADD.name, TOGETHER as usize)?;
    for worker in &mut workers {
        let name = segment.name().to_string();
        worker.ask::<Result<(), String>>(&Order::Open(name))??;
    }
    // All have it: nobody needs the name any more.
    segment.unname();
    drop(waiting);
    for worker in &mut workers {
        worker.send(&Order::Add(way.into(), times))?;
    }
    for worker in &mut workers {
        worker.receive::<Result<(), String>>()??;
    }
    Ok(segment.words().count.load(Relaxed))
}
// ANCHOR_END: add_together

/// How much memory the system holds that is shared, of all processes and of none, in bytes.
///
/// # Errors
///
/// Where the system doesn't tell: it is Linux that does.
pub fn held() -> io::Result<u64> {
    let all = std::fs::read_to_string("/proc/meminfo")?;
    let shared = all.lines().find_map(|line| line.strip_prefix("Shmem:"));
    let kib =
        shared.and_then(|words| words.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib << 10).ok_or_else(|| io::ErrorKind::Unsupported.into())
}
