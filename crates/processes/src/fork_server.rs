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

use nix::errno::Errno;

use crate::forking::{Forked, fork_sibling};
use crate::worker::descriptors;
use crate::worker::{self, Error, Link, Process, Program, Work, Worker};

/// The server's work.
pub(crate) const NAME: &str = "fork server";

/// The longest name of a work, in bytes.
const LONGEST_NAME: usize = 256;

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

/// Serves until the parent has gone; returns the code to exit with. Answers each request
/// with the id of the new process, or the number of an error.
pub(crate) fn serve(mut parent: Link, works: &[Work]) -> i32 {
    let ready = parent.send(&(worker::GREETING, Ok::<_, String>(std::process::id())));
    let mut next = ready.and_then(|()| receive(parent.stream()));
    while let Ok(Some((work, link))) = next {
        // For the worker to drop its copy of ours, and we ours of its.
        let mut ours = Some(parent);
        let mut its = Some(link);
        let forked = fork_sibling(|| {
            ours.take();
            its.take().map_or(1, |link| worker::run(&work, works, Link::new(link)))
        });
        drop(its);
        let Some(link) = ours else { return 1 };
        parent = link;
        let answer = forked.map_err(|error| error.raw_os_error().unwrap_or(0));
        next = parent.send(&answer).and_then(|()| receive(parent.stream()));
    }
    i32::from(next.is_err())
}

/// Receives a request: the name of a work, and the worker's end of its link. Nothing when
/// the parent has gone.
fn receive(parent: &UnixStream) -> io::Result<Option<(String, UnixStream)>> {
    let mut name = [0; LONGEST_NAME];
    let (length, along) = descriptors::receive(parent, &mut name)?;
    if length == 0 {
        return Ok(None);
    }
    let link = along.into_iter().next().ok_or(Errno::EBADMSG)?;
    let name = String::from_utf8_lossy(&name[..length]).into_owned();
    Ok(Some((name, UnixStream::from(link))))
}
