//! A parent is killed, by a signal that it can't catch. What becomes of its children?
//!
//! * [`left_alive`]: the system does nothing about the children. They live on, as orphans.
//! * [`gone_after`]: our children end by themselves, see [`crate::worker::end_with_parent`].

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::stopping::BUSY;
use crate::worker::{self, Error, Link, Program, Work, Worker};

/// The work of a parent: gets the name of a work and a number, starts so many children for
/// it, waits until each of them has said `()`, and answers their ids.
pub const PARENT: Work = Work::new("a parent", |link| {
    let mut children = Vec::new();
    worker::answer(link, move |(work, count): (String, usize)| {
        let new = have(&work, count).map_err(|error| error.to_string())?;
        let ids: Vec<u32> = new.iter().map(Worker::id).collect();
        children.extend(new);
        Ok::<_, String>(ids)
    })
});

fn have(work: &str, count: usize) -> Result<Vec<Worker>, Error> {
    let mut workers = Program::this()?.start_all(work, count)?;
    for worker in &mut workers {
        worker.receive::<()>()?;
    }
    Ok(workers)
}

/// The work of a child that doesn't care about its parent. It lives until it can read a byte
/// from its stdout, and writes that byte back.
pub const CARELESS: Work = Work::new("live without a parent", |mut link| {
    link.send(&())?;
    let mut printed = UnixStream::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut heard = [0];
    match printed.read_exact(&mut heard) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(()),
        read => read.and_then(|()| printed.write_all(&heard)),
    }
});

/// Kills a process that has `count` careless children; returns how many of them still
/// answer afterwards.
///
/// # Errors
///
/// When the processes can't be started.
// ANCHOR: left_alive
pub fn left_alive(count: usize) -> Result<usize, Error> {
    let (mut ours, theirs) = UnixStream::pair().map_err(refused)?;
    let parent = family(theirs, CARELESS, count)?;

    parent.kill()?;
    // One byte for each child. A child that lives takes one, answers, and ends.
    ours.write_all(&vec![b'?'; count]).map_err(refused)?;
    let mut answers = Vec::new();
    ours.read_to_end(&mut answers).map_err(refused)?;
    Ok(answers.len())
}
// ANCHOR_END: left_alive

/// How long we wait for children that should be gone at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Kills a process while its `count` children compute; returns how long it took until the
/// last of them had gone.
///
/// # Errors
///
/// When the processes can't be started, or the children don't end.
// ANCHOR: gone_after
pub fn gone_after(count: usize) -> Result<Duration, Error> {
    let (mut ours, theirs) = Link::pair().map_err(refused)?;
    let parent = family(theirs, BUSY, count)?;

    let killed = Instant::now();
    parent.kill()?;
    // The parent and its children print to the other end of `ours`, and no other process
    // holds that end. We see it close when the last of them has gone.
    match ours.receive_within::<()>(PATIENCE) {
        Ok(_) => Ok(killed.elapsed()),
        Err(_) => Err(refused("its children live on")),
    }
}
// ANCHOR_END: gone_after

/// Starts a process with `count` children for `work`, which all print to `stdout`.
fn family(stdout: UnixStream, work: Work, count: usize) -> Result<Worker, Error> {
    let program = Program::this()?.stdout(stdout);
    let mut parent = program.start(PARENT.name)?;
    parent.ask::<Result<Vec<u32>, String>>(&(work.name, count))?.map_err(refused)?;
    Ok(parent)
}

fn refused(reason: impl ToString) -> Error {
    Error::Refused { reason: reason.to_string() }
}
