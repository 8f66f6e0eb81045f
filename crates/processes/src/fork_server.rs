//! A fork server: a small process that was started early and forks a worker whenever it
//! is asked to.
//!
//! The server starts only once and stays small, so its forks are cheap however large its
//! parent grows. It has one thread, so its forks are safe however many its parent has.
//! Python's `forkserver` is the same idea, and since 3.14 it is the default on Linux.
//!
//! The parent makes the link to the new worker and sends one end of it along with the
//! request: a descriptor can travel over a Unix socket. The worker becomes the parent's own
//! child, and the server has nothing more to do with it.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::forking::Forked;
use crate::worker::serving::{Answer, NAME};
use crate::worker::{Error, Heard, Link, Program, Work, Worker, descriptors, hear};

/// The server, as its parent sees it. Dropping it ends the server; workers that it has forked
/// go on.
#[derive(Debug)]
pub struct ForkServer {
    server: Worker,
    patience: Duration,
}

impl ForkServer {
    /// Starts `program` as a fork server. It can fork workers for all works of that program.
    ///
    /// # Errors
    ///
    /// As [`Program::start`].
    pub fn start(program: &Program) -> Result<Self, Error> {
        Ok(Self { server: program.start(NAME)?, patience: program.how_patiently() })
    }

    /// The id of the server's process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Has the server fork a worker for `work`, and waits until the worker is ready; no longer than
    /// [`Program::patience`] says.
    ///
    /// # Errors
    ///
    /// When the server has ended, or can't fork, or knows no such work, or the worker isn't ready
    /// in time.
    pub fn worker(&mut self, work: &Work) -> Result<Worker, Error> {
        let start = |source| Error::Start { program: NAME.into(), source };
        let (mut link, theirs) = Link::pair().map_err(start)?;
        send(self.server.link(), &theirs).map_err(start)?;
        let answer = self.ask(work.name);
        // The worker has its own copy now. While ours were open, we would never see the link
        // close.
        drop(theirs);
        let answer = answer.inspect_err(|_| bury(&mut link, self.patience))?;
        let pid = answer.map_err(|(number, words)| {
            start(number.map_or(io::Error::other(words), io::Error::from_raw_os_error))
        })?;
        Worker::new(Forked::adopt(pid).into(), link, work.name)
            .ready(NAME.as_ref(), self.patience)
    }

    fn ask(&mut self, work: &str) -> Result<Answer, Error> {
        self.server.send(&work)?;
        self.server.receive_within(self.patience)
    }
}

/// Sends the worker's end of its link to the server.
fn send(server: &Link, link: &UnixStream) -> io::Result<()> {
    match descriptors::send(server, b"!", &[link.as_fd()]) {
        // If the server has gone, waiting for its answer fails next, and says how it ended.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        sent => sent,
    }
}

/// Tidies up after a server that has gone without an answer. It may have forked just before: then
/// a child of ours is at the other end of `link`. Its greeting tells us its id, and we end it and
/// wait for its end. (Only a child that was killed before it could greet stays, as a zombie.)
fn bury(link: &mut Link, patience: Duration) {
    let deadline = Instant::now().checked_add(patience);
    if let Heard::Greeting { id, .. } = hear(link, deadline, None) {
        drop(Forked::adopt(id.cast_signed()));
    }
}
