//! Shared memory from its beginning: two processes, a segment with a name, a number in it.
//!
//! * here: the segment, by the crate `shared_memory`, and two processes that add to the number;
//! * [`plain`]: they read, add and write; [`atomic`]: they add in one step;
//! * [`locked`]: they take a lock that also lies in the segment; [`robust`]: a lock that survives
//!   its holder; [`holders`]: what the others find when a process that holds a lock is killed;
//! * [`leftovers`]: what stays of shared memory when the process that made it is killed.
//!
//! Numbers in a segment have to be atomic, even where nothing else is: the other process may write
//! at any moment, and the compiler has to know that.

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

/// What a function here returns, or what went wrong.
pub type Outcome<T> = Result<T, Box<dyn error::Error>>;

/// What lies in the segment. New memory is all zeros.
// ANCHOR: words
#[repr(C)]
pub struct Words {
    /// How many processes are ready to add.
    here: AtomicU64,
    /// How many of them have read the count; only for the way that is forced.
    read: AtomicU64,
    /// The number to which the processes add.
    count: AtomicU64,
    /// A lock: 0 is open, 1 is locked.
    lock: AtomicU64,
    /// Another lock, by the C library.
    #[cfg(target_os = "linux")]
    robust: robust::Lock,
}
// ANCHOR_END: words

impl Words {
    /// The number to which the processes add.
    pub fn count(&self) -> u64 {
        self.count.load(SeqCst)
    }
}

/// A segment with a name, mapped into this process. If this process has made the segment, dropping
/// this value removes the name.
///
/// On Linux, a process of the same user that knows the name can make the segment shorter. Then the
/// system kills, by SIGBUS, every process that touches what is gone. macOS and Windows don't let it
/// do that.
pub struct Segment(Shmem);

impl Segment {
    /// Makes a segment. The crate finds a name for it.
    ///
    /// # Errors
    ///
    /// When the system has no memory or no descriptor to spare.
    // ANCHOR: create
    pub fn create() -> io::Result<Self> {
        Self::made(ShmemConf::new())
    }
    // ANCHOR_END: create

    /// Opens the segment that has this name.
    ///
    /// # Errors
    ///
    /// When there is no such segment, or it is another user's, or not one of ours.
    // ANCHOR: open
    pub fn open(name: &str) -> io::Result<Self> {
        let memory = ShmemConf::new().os_id(name).open().map_err(io_error)?;
        Self::whole(memory)
    }
    // ANCHOR_END: open

    /// The words in the segment.
    // ANCHOR: words_of
    pub fn words(&self) -> &Words {
        // SAFETY: `whole` has checked the length, and a mapping begins at a page. Any bytes are
        // valid words; all of them may change at any time, and their types say so.
        unsafe { &*self.0.as_ptr().cast() }
    }
    // ANCHOR_END: words_of
}

impl Segment {
    /// Makes a segment with a name on which both processes have agreed.
    ///
    /// # Errors
    ///
    /// As [`Segment::create`], and `AlreadyExists` when the name is taken.
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

    /// Checks the length, so that nobody reads beyond the end.
    fn whole(memory: Shmem) -> io::Result<Self> {
        if memory.len() < size_of::<Words>() {
            return Err(io::Error::other("this segment is too short for our words"));
        }
        Ok(Self(memory))
    }

    /// The segment's name. On Linux it is also the name of a file in `/dev/shm`.
    pub fn name(&self) -> &str {
        self.0.get_os_id()
    }

    /// Removes the name for good; a process that uses it afterwards makes another segment.
    /// Processes that have this one keep it.
    // ANCHOR: unname
    pub fn unname(&mut self) {
        remove(self.0.get_os_id());
        // Otherwise the crate would remove the name once more, even if it is another's by then.
        self.0.set_owner(false);
    }
    // ANCHOR_END: unname
}

/// Whether a segment has this name.
pub fn is_there(name: &str) -> bool {
    // Any other error means that there is a segment, but we may not open it now.
    !matches!(shm_open(name, OFlag::O_RDONLY, Mode::empty()), Err(Errno::ENOENT))
}

/// Removes a name, even of a segment that was never finished; processes that have the segment keep
/// it. Returns whether there was such a name, and we could remove it.
// ANCHOR: remove
pub fn remove(name: &str) -> bool {
    // The crate removes a name only for the owner; the system does so for any process of its user.
    shm_unlink(name).is_ok()
}
// ANCHOR_END: remove

/// Waits until `word` has grown to `at_least`.
fn until(word: &AtomicU64, at_least: u64) {
    while word.load(SeqCst) < at_least {
        // The process that is to change the word may need our core.
        thread::yield_now();
    }
}

/// A way to add 1 to the count, so many times.
pub type Way = fn(&Words, u64);

/// The way that loses one of two additions, every time.
pub const FORCED: &str = "plain, forced, once";

/// All ways, by name.
pub const WAYS: &[(&str, Way)] = &[
    ("plain", plain::add),
    (FORCED, plain::forced),
    ("atomic", atomic::add),
    ("lock", locked::add),
    #[cfg(target_os = "linux")]
    ("robust mutex", robust::add),
];

/// How many processes add at once.
pub(crate) const TOGETHER: u64 = 2;

/// What a process that adds is told to do.
#[derive(Serialize, Deserialize)]
enum Order {
    /// To open the segment with this name.
    Open(String),
    /// To wait for the other process, and then to add: in which way, and how many times.
    Add(String, u64),
}

/// The work of a process that adds: opens a segment, and adds to the count there.
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

/// Two processes begin together and add 1 to the count, `times` times each, in one of [`WAYS`], by
/// its name; returns the count.
///
/// # Errors
///
/// When the system has no process or no memory to spare, or there is no such way.
// ANCHOR: add_together
pub fn add_together(way: &str, times: u64) -> Outcome<u64> {
    // Ctrl-C would leave the name behind, so Ctrl-C waits until the name is gone.
    let waiting = Waiting::new();
    let mut segment = Segment::create()?;
    let mut workers = Program::this()?.start_all(ADD.name, TOGETHER as usize)?;
    for worker in &mut workers {
        let name = segment.name().to_string();
        worker.ask::<Result<(), String>>(&Order::Open(name))??;
    }
    // Both processes have the segment: nobody needs the name any more.
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

/// How much shared memory the system holds in all, whether a process has it or not, in bytes.
///
/// # Errors
///
/// When the system doesn't tell; only Linux does.
pub fn held() -> io::Result<u64> {
    let all = std::fs::read_to_string("/proc/meminfo")?;
    let shared = all.lines().find_map(|line| line.strip_prefix("Shmem:"));
    let kib =
        shared.and_then(|words| words.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib << 10).ok_or_else(|| io::ErrorKind::Unsupported.into())
}
