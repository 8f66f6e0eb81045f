//! Starting from a process that is large.
//!
//! A fork copies no memory, but it copies the tables that say where each page is, and a
//! process with more pages has larger tables. posix_spawn copies neither.
//!
//! The large process is a worker of its own. That way it has a single thread, which fork
//! requires, and its memory is free again as soon as it has ended.

use std::io;
use std::time::{Duration, Instant};

use crate::ballast::{Ballast, Pages, in_huge_pages};
use crate::starting;
use crate::worker::{self, Error, Link, Work, Worker};

/// The work of the large process: gets a size in bytes and whether to use huge pages, and takes
/// that memory. Then it gets names of [`starting::WAYS`], each with a number of times, and answers
/// how long each time took, in nanoseconds.
pub const LARGE: Work = Work::new("a large process", be_large);

/// A process that has taken a lot of memory.
pub struct LargeProcess(Worker);

impl LargeProcess {
    /// Starts such a process, which takes `bytes` of memory in `pages`.
    ///
    /// # Errors
    ///
    /// When it can't be started, or the system doesn't have so much memory in such pages.
    pub fn start(bytes: u64, pages: Pages) -> Result<Self, Error> {
        let mut worker = Worker::start(&LARGE)?;
        let grown: Result<(), String> = worker.ask(&(bytes, pages == Pages::Huge))?;
        grown.map(|()| Self(worker)).map_err(|reason| Error::Refused { reason })
    }

    /// Lets the large process start and end something `times` times in a row, in one of
    /// [`starting::WAYS`], by its name. Returns how long each time took.
    ///
    /// # Errors
    ///
    /// When one of these starts fails, or there is no such way.
    pub fn time(&mut self, way: &str, times: usize) -> Result<Vec<Duration>, Error> {
        let times: Result<Vec<u64>, String> = self.0.ask(&(way, times))?;
        let times = times.map_err(|reason| Error::Refused { reason })?;
        Ok(times.into_iter().map(Duration::from_nanos).collect())
    }
}

fn be_large(mut link: Link) -> io::Result<()> {
    let Some((bytes, huge)) = link.receive::<(usize, bool)>()? else { return Ok(()) };
    let ballast = take(bytes, if huge { Pages::Huge } else { Pages::Small });
    link.send(&ballast.as_ref().map(drop))?;
    worker::answer_with_one_thread(link, |(way, times): (String, usize)| {
        (0..times).map(|_| time(&way)).collect::<Result<Vec<u64>, String>>()
    })
}

fn take(bytes: usize, pages: Pages) -> Result<Ballast, String> {
    let ballast = Ballast::take(bytes, pages).map_err(|error| error.to_string())?;
    let huge = in_huge_pages().map_err(|error| error.to_string())?;
    if pages == Pages::Huge && huge < bytes as u64 / 2 {
        return Err("this system has no huge pages to spare".into());
    }
    Ok(ballast)
}

/// Starts and ends something in this way; returns how long that took, in nanoseconds.
fn time(way: &str) -> Result<u64, String> {
    let way = starting::WAYS.iter().find(|(name, _)| *name == way);
    let (_, way) = way.ok_or("there is no such way to start something")?;
    let start = Instant::now();
    way().map_err(|error| error.to_string())?;
    Ok(start.elapsed().as_nanos() as u64)
}
