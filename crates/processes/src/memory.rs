//! Nobody else sees what a child does to the memory that it inherited.
//!
//! A fork seems to copy all memory. In fact both processes go on with the same pages, which
//! the processor may then only read. The first write to a page stops the writer with a *page
//! fault*: the system copies this one page and lets the writer go on. That is copy-on-write.
//!
//! Forking needs a process with a single thread. A [`ForkingProcess`] is one, however many threads
//! the program has that starts it.

use std::io;

use nix::sys::resource::{UsageWho, getrusage};

use crate::ballast::{Ballast, PAGE, Pages, afford};
use crate::forking::fork;
use crate::worker::{self, Error, Link, Work, Worker};

/// A child writes to `numbers` numbers that it inherited; returns how many of the writes
/// its parent sees.
///
/// The parent sees none of them. `threads::sharing::writes_seen` is the same with a thread.
///
/// # Errors
///
/// As [`fork`], and when the child doesn't see its own writes.
///
/// # Panics
///
/// When there is no memory for so many numbers.
// ANCHOR: writes
pub fn writes_seen(numbers: usize) -> io::Result<usize> {
    let mut inherited = vec![0_u64; numbers];
    let mut child = fork(|| {
        inherited.fill(7);
        i32::from(inherited.iter().any(|&number| number != 7))
    })?;
    if !child.wait()?.success() {
        return Err(io::Error::other("the child doesn't see its own writes"));
    }
    Ok(inherited.iter().filter(|&&number| number == 7).count())
}
// ANCHOR_END: writes

/// What a child does with memory that it inherited and the number of pages in it.
pub type Use = fn(&mut Ballast, usize);

/// Four uses of inherited pages, by name.
// ANCHOR: uses
pub const USES: [(&str, Use); 4] = [
    ("leaves them alone", |_, _| {}),
    ("reads all", |inherited, _| assert!(inherited.read() > 0)),
    ("writes to half", |inherited, pages| inherited.write(0..pages / 2, 2)),
    ("writes to all", |inherited, pages| inherited.write(0..pages, 2)),
];
// ANCHOR_END: uses

/// A child inherits so many pages and uses them; returns how many page faults the child had
/// because of that.
///
/// # Errors
///
/// As [`fork`], and when the system doesn't have so much memory.
// ANCHOR: faults
pub fn faults(pages: usize, usage: Use) -> io::Result<u64> {
    let mut inherited = Ballast::take(pages.saturating_mul(PAGE), Pages::Small)?;
    let (mut link, childs_end) = Link::pair()?;
    let mut child = fork(|| {
        let before = page_faults();
        usage(&mut inherited, pages);
        let faults = page_faults() - before;
        i32::from(Link::new(childs_end).send(&faults).is_err())
    })?;
    let faults = link.receive()?.ok_or(io::ErrorKind::UnexpectedEof)?;
    child.wait()?;
    Ok(faults)
}

/// How many page faults this process has had so far, of those that did not have to wait for
/// a disk.
fn page_faults() -> u64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask about itself");
    usage.minor_page_faults().cast_unsigned()
}
// ANCHOR_END: faults

/// The work of a [`ForkingProcess`]: gets the name of one of [`USES`] and a number of pages, and
/// answers the [`faults`]. With any other name, it answers the [`writes_seen`] of so many numbers.
pub const FORKING: Work = Work::new("a forking process", |link| {
    worker::answer_with_one_thread(link, |(what, size): (String, usize)| {
        let usage = USES.iter().find(|(name, _)| *name == what);
        match usage {
            Some((_, usage)) => faults(size, *usage),
            None => afford(size.saturating_mul(size_of::<u64>()))
                .and_then(|()| writes_seen(size))
                .map(|seen| seen as u64),
        }
        .map_err(|error| error.to_string())
    })
});

/// A process with a single thread, which forks for us.
pub struct ForkingProcess(Worker);

impl ForkingProcess {
    /// Starts such a process.
    ///
    /// # Errors
    ///
    /// As [`Worker::start`].
    pub fn start() -> Result<Self, Error> {
        Worker::start(&FORKING).map(Self)
    }

    /// Calls [`writes_seen`] in that process.
    ///
    /// # Errors
    ///
    /// Those of [`writes_seen`], and when the process has ended.
    pub fn writes_seen(&mut self, numbers: usize) -> Result<u64, Error> {
        self.ask("writes seen", numbers)
    }

    /// Calls [`faults`] in that process, with one of [`USES`], by its name.
    ///
    /// # Errors
    ///
    /// Those of [`faults`], and when the process has ended.
    pub fn faults(&mut self, pages: usize, usage: &str) -> Result<u64, Error> {
        self.ask(usage, pages)
    }

    fn ask(&mut self, what: &str, size: usize) -> Result<u64, Error> {
        let answer: Result<u64, String> = self.0.ask(&(what, size))?;
        answer.map_err(|reason| Error::Refused { reason })
    }
}
