//! How much memory idle threads and processes take.
//!
//! Processes share pages: the program itself, libraries, what a fork has not written to.
//! The *proportional set size* of a process counts a page that n processes share as one
//! n-th, so the sizes of all of them add up to what they really take.
//!
//! We add up what was written, the *anonymous* part. The rest is files, the program above
//! all, of which memory holds one copy, whoever else runs it.

use std::io;
use std::sync::mpsc;
use std::thread;

use crate::proc;
use crate::starting::IDLE;
use crate::worker::{self, Error, Program, Work, Worker};

/// Something of which there may be many, idle.
pub type Crowd = fn(usize) -> Result<u64, Error>;

/// Threads, forked processes and spawned processes, by the names that the measurements
/// have.
pub const CROWDS: [(&str, Crowd); 3] =
    [("threads", of_threads), ("forked", of_forked), ("processes", of_processes)];

/// The work of the process that has the crowd. Nobody else may be in it.
pub const CROWDED: Work = Work::new("a crowded process", |link| {
    worker::answer_with_one_thread(link, |(crowd, count): (String, usize)| {
        let crowd = CROWDS.iter().find(|(name, _)| *name == crowd);
        let (_, crowd) = crowd.ok_or("there is no such crowd")?;
        crowd(count).map_err(|error| error.to_string())
    })
});

/// How many bytes more this process takes with `count` idle threads.
///
/// # Errors
///
/// When the system won't start them, or won't say.
// ANCHOR: threads
pub fn of_threads(count: usize) -> Result<u64, Error> {
    let before = proportional_size(&[])?;
    let mut ends = Vec::new();
    for _ in 0..count {
        let (ready, is_ready) = mpsc::channel();
        let (end, wait_for_end) = mpsc::channel::<()>();
        let thread = thread::Builder::new().spawn(move || {
            let _ = ready.send(());
            let _ = wait_for_end.recv();
        });
        ends.push((end, thread.map_err(start)?));
        let _ = is_ready.recv();
    }
    let with = proportional_size(&[])?;
    for (end, thread) in ends {
        drop(end);
        thread.join().expect("it does nothing");
    }
    Ok(with.saturating_sub(before))
}
// ANCHOR_END: threads

/// How many bytes more this process and `count` idle workers take, which run the program
/// anew.
///
/// # Errors
///
/// When the system won't start them, or won't say.
// ANCHOR: processes
pub fn of_processes(count: usize) -> Result<u64, Error> {
    let before = proportional_size(&[])?;
    let workers = Program::this()?.start_all(IDLE.name, count)?;
    Ok(proportional_size(&workers)?.saturating_sub(before))
}
// ANCHOR_END: processes

/// The same with workers that are forks of this process.
///
/// # Errors
///
/// When the system won't start them, or won't say.
pub fn of_forked(count: usize) -> Result<u64, Error> {
    let before = proportional_size(&[])?;
    let workers =
        (0..count).map(|_| Worker::fork(&IDLE)).collect::<Result<Vec<_>, _>>()?;
    Ok(proportional_size(&workers)?.saturating_sub(before))
}

/// The largest crowd: a larger one tells nothing new, and not every machine survives it.
const MOST: usize = 10_000;

/// Starts a process of its own for it and returns how many bytes more a crowd takes: one of
/// [`CROWDS`], by its name.
///
/// # Errors
///
/// When the system won't start them, or won't say, and for more than 10,000.
pub fn measure(crowd: &str, count: usize) -> Result<u64, Error> {
    if count > MOST {
        let most = tour::format::count(MOST as u64);
        return Err(Error::Refused { reason: format!("a crowd is {most} at the most") });
    }
    let mut worker = Worker::start(&CROWDED)?;
    let bytes: Result<u64, String> = worker.ask(&(crowd, count))?;
    bytes.map_err(|reason| Error::Refused { reason })
}

/// Of this process and these workers together, in bytes.
fn proportional_size(workers: &[Worker]) -> Result<u64, Error> {
    let processes = workers.iter().map(Worker::id).chain([std::process::id()]);
    processes
        .map(|process| proc::memory(process, "Pss_Anon"))
        .sum::<io::Result<u64>>()
        .map_err(|error| Error::Refused {
            reason: format!("couldn't read its memory: {error}"),
        })
}

fn start(source: io::Error) -> Error {
    Error::Start { program: "in a thread".into(), source }
}
