//! The worker's side of the pool: takes jobs, runs them one after the other, sends results.

use std::io;
use std::os::fd::OwnedFd;

use ipc::{Connection, Halves, Problem, Sender, peer};
use nix::unistd::dup2_stderr;
use processes::worker::{Link, descriptors, end_with_parent};

use crate::copies;
use crate::made::Made;
use crate::message::{Order, put_result, take, take_bytes};
use crate::notebook::Notebook;
use crate::task::{Failed, Run};
use crate::tray::Trays;

/// Serves a pool: runs those of `tasks` that it asks for, until the pool has no more or is gone. This is
/// the work of a worker; see [`crate::pool::ProcessPool`] for how a program offers it.
///
/// When the pool's process vanishes, this one ends at once, even in the middle of a task.
///
/// # Errors
///
/// When there is no connection, or something comes that no pool sends.
pub fn serve(mut link: Link, tasks: &[&dyn Run]) -> io::Result<()> {
    // First of all, so that nothing that this process writes to stderr is lost.
    let mut longest = [0; 8];
    let (_, given) = descriptors::receive(&link, &mut longest)?;
    let mut given = given.into_iter();
    let mut next = || given.next().ok_or(io::ErrorKind::BrokenPipe);
    let [stderr, notebook]: [OwnedFd; 2] = [next()?, next()?];
    dup2_stderr(&stderr)?;
    drop(stderr);
    let notebook = Notebook::open(notebook)?;
    let trays = Trays::open(given.collect())?;
    copies::shall_know()?;
    let invitation = peer::invitation(&mut link)?;
    end_with_parent(&link)?;
    let connection = invitation.join().map_err(io::Error::other)?;
    let worker = Worker {
        tasks,
        notebook,
        longest: usize::try_from(u64::from_le_bytes(longest)).unwrap_or(usize::MAX),
    };
    match worker.work(connection, trays) {
        Ok(()) | Err(Problem::Ended) => Ok(()),
        Err(problem) => Err(io::Error::other(format!("the pool {problem}"))),
    }
}

/// How many bytes of results are collected at most before they are sent.
const MOST_BYTES: usize = 64 * 1024;

/// The complaint about a message that a worker can't read.
const GARBLED: &str = "the pool sends jobs, and nothing else";

struct Worker<'t> {
    tasks: &'t [&'t dyn Run],
    notebook: Notebook,
    /// The longest result that the pool takes, in bytes.
    longest: usize,
}

impl Worker<'_> {
    /// Runs jobs until the connection ends. The results of a job are sent before the next one begins, so
    /// that the pool knows which job a worker was at when it died.
    fn work(&self, connection: Connection, trays: Trays) -> Result<(), Problem> {
        let Halves { mut sender, mut receiver } = connection.split();
        let Trays { mut to_worker, mut to_pool } = trays;
        loop {
            let mut jobs = receiver.receive(None)?;
            let mut noted = jobs.is_empty();
            if noted {
                self.notebook.note();
                jobs = receiver.receive(None)?;
            }
            while !jobs.is_empty() {
                // A panic tells the pool as much as closing the connection would.
                match take(&mut jobs).expect(GARBLED) {
                    Order::Run { task, items, room } => {
                        let mut made = Made::new(to_pool.bytes(room).unwrap_or_default());
                        let job = (task, items);
                        self.run(job, &mut jobs, &mut made, &mut noted, &mut *sender)?;
                    }
                    Order::LookThere { length } => jobs = to_worker.bytes(length)?,
                }
            }
        }
    }

    /// Runs so many items of a task, whose arguments are at the front of `jobs`. The first item may be
    /// `noted` already.
    fn run(
        &self,
        (task, items): (&str, usize),
        jobs: &mut &[u8],
        made: &mut Made,
        noted: &mut bool,
        sender: &mut dyn Sender,
    ) -> Result<(), Problem> {
        let known = self.tasks.iter().find(|known| known.name() == task);
        // For each item, room for a short result and its header.
        let mut results = Vec::with_capacity(16 * items.min(MOST_BYTES / 16));
        for _ in 0..items {
            let argument = take_bytes(jobs).expect(GARBLED);
            if !std::mem::take(noted) {
                self.notebook.note();
            }
            let result = match known {
                Some(task) => task.run(argument, made).and_then(|()| self.fits(made)),
                None => Err(unknown(task, self.tasks)),
            };
            copies::end();
            let before = results.len();
            put_result(result.map(|()| &mut *made), &mut results);
            if results.len() > MOST_BYTES && before > 0 {
                let last = results.split_off(before);
                sender.send(&results)?;
                results = last;
            }
            if results.len() > MOST_BYTES {
                sender.send(&results)?;
                results.clear();
            }
        }
        if results.is_empty() && items > 0 { Ok(()) } else { sender.send(&results) }
    }

    /// An error when the result is longer than the pool takes.
    fn fits(&self, made: &Made) -> Result<(), Failed> {
        let (length, longest) = (made.len(), self.longest);
        if length <= longest {
            return Ok(());
        }
        let why = format!(
            "the result has {length} bytes, and the pool takes {longest} at most"
        );
        Err(Failed::Unfit(why))
    }
}

fn unknown(task: &str, tasks: &[&dyn Run]) -> Failed {
    let names: Vec<_> = tasks.iter().map(|task| task.name()).collect();
    let there = names.join(", ");
    Failed::Unfit(format!("the worker knows no task `{task}`; it knows {there}"))
}
