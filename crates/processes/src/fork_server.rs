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

use crate::forking::Forked;
use crate::worker::serving::NAME;
use crate::worker::{self, Error, Link, Process, Program, Work, Worker, descriptors};

/// The server, as its parent sees it. Dropping it ends the server; its workers go on.
#[derive(Debug)]
pub struct ForkServer(Worker);

impl ForkServer {
    /// Starts `program` as a fork server; it forks workers for whatever work it knows.
    ///
    /// # Errors
    ///
    /// As [`Program::start`].
    pub fn start(program: &Program) -> Result<Self, Error> {
        program.start(NAME).map(Self)
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Has a worker forked and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When the server has ended, or can't fork, or knows no such work.
    pub fn worker(&mut self, work: &Work) -> Result<Worker, Error> {
        let start = |source| Error::Start { program: NAME.into(), source };
        let (link, theirs) = Link::pair().map_err(start)?;
        send(self.0.link().stream(), work.name, &theirs).map_err(start)?;
        let forked: Result<i32, i32> = self.0.receive()?;
        let pid = forked.map_err(|errno| start(io::Error::from_raw_os_error(errno)))?;
        // The worker has it now. With ours still open, we would never see it close.
        drop(theirs);
        Worker::new(Process::Forked(Forked::adopt(pid)), link, work.name)
            .ready(NAME.as_ref(), worker::PATIENCE)
    }
}

/// Sends the name of a work, and the worker's end of its link along with it.
fn send(server: &UnixStream, work: &str, link: &UnixStream) -> io::Result<()> {
    match descriptors::send(server, work.as_bytes(), &[link.as_fd()]) {
        // A server that has gone gives no answer, and then we learn how it ended.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        sent => sent,
    }
}
