//! A fork server: a small process that was started early and forks a worker whenever it
//! is asked to.
//!
//! It has started once and for all, and it stays small, so its forks are cheap however
//! large its parent grows. It has one thread, so its forks are safe however many its
//! parent has. Python's `forkserver` is the same idea, and since 3.14 it is the default
//! on Linux.
//!
//! The parent makes the link and passes one end along with the request: a descriptor can
//! travel over a Unix socket. The worker becomes the parent's own child, and the server
//! has nothing more to do with it.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::forking::Forked;
use crate::worker::serving::{Answer, NAME};
use crate::worker::{Error, Heard, Link, Program, Work, Worker, descriptors, hear};

/// The server, as its parent sees it. Dropping it ends the server; its workers go on.
#[derive(Debug)]
pub struct ForkServer {
    server: Worker,
    patience: Duration,
}

impl ForkServer {
    /// Starts `program` as a fork server; it forks workers for whatever work it knows.
    ///
    /// # Errors
    ///
    /// As [`Program::start`].
    pub fn start(program: &Program) -> Result<Self, Error> {
        Ok(Self { server: program.start(NAME)?, patience: program.how_patiently() })
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Has a worker forked and waits until it is ready, as patiently as the program is started.
    ///
    /// # Errors
    ///
    /// When the server has ended, or can't fork, or knows no such work.
    pub fn worker(&mut self, work: &Work) -> Result<Worker, Error> {
        let start = |source| Error::Start { program: NAME.into(), source };
        let (mut link, theirs) = Link::pair().map_err(start)?;
        send(self.server.link(), &theirs).map_err(start)?;
        let answer = self.ask(work.name);
        // The worker has it now. With ours still open, we would never see it close.
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

/// Sends the worker's end of its link.
fn send(server: &Link, link: &UnixStream) -> io::Result<()> {
    match descriptors::send(server, b"!", &[link.as_fd()]) {
        // A server that has gone gives no answer, and then we learn how it ended.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        sent => sent,
    }
}

/// The server has gone without an answer, perhaps just after it had forked. Then there is a
/// child of ours at the other end of `link`, whose id we learn from its greeting: ends it, and
/// waits for its end. (Only one that was killed before it could greet stays, as a zombie.)
fn bury(link: &mut Link, patience: Duration) {
    let deadline = Instant::now().checked_add(patience);
    if let Heard::Greeting { id, .. } = hear(link, deadline, None) {
        drop(Forked::adopt(id.cast_signed()));
    }
}
