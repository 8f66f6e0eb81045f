//! A fork server: a small process that was started early and forks a worker whenever it
//! is asked to.
//!
//! It has started once and for all, and it stays small, so its forks are cheap however
//! large its parent grows. It has one thread, so its forks are safe however many its
//! parent has. Python's `forkserver` is the same idea, and since 3.14 it is the default
//! on Linux.
//!
//! The parent makes the link and passes one end along with the request: a descriptor can
//! travel over a Unix socket. The worker is the server's child, so only the server can
//! wait for it, and tells the parent how it ended.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::slice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use nix::unistd::Pid;

use crate::forking::{Forked, fork};
use crate::worker::{self, Error, Link, Process, Program, Work, Worker};

/// The server's work.
pub(crate) const NAME: &str = "fork server";

/// The server, as its parent sees it. It ends when the last of its workers is dropped,
/// and it itself.
#[derive(Clone, Debug)]
pub struct ForkServer(Arc<Mutex<Worker>>);

impl ForkServer {
    /// Starts `program` as a fork server; it forks workers for whatever work it knows.
    ///
    /// # Errors
    ///
    /// As [`Program::start`].
    pub fn start(program: &Program) -> Result<Self, Error> {
        Ok(Self(Arc::new(Mutex::new(program.start(NAME)?))))
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        locked(&self.0).id()
    }

    /// Has a worker forked and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When the server has ended, or can't fork, or knows no such work.
    pub fn worker(&self, work: &Work) -> Result<Worker, Error> {
        let start =
            |source| Error::Start { program: "a fork server's fork".into(), source };
        let (link, theirs) = Link::pair().map_err(start)?;
        let request = Request::Fork(work.name);
        let pid = ask(&self.0, &request, Some(&theirs))?.map_err(start)?;
        // The server has a copy, which it gave to the worker. With ours still open, we
        // would never see that the worker has gone.
        drop(theirs);
        let served = Served { pid, server: Arc::clone(&self.0), ended: None };
        Worker::new(Process::Served(served), link, work.name)
            .ready(NAME.as_ref(), worker::PATIENCE)
    }
}

/// What a parent asks of its server. The answer is a number, or the number of an error.
enum Request<'a> {
    /// Fork a worker for the work of this name, whose end of the link comes along; answer
    /// with its process id.
    Fork(&'a str),
    /// Wait until this worker has ended; answer with its status, as the system encodes it.
    Wait(i32),
}

impl<'a> Request<'a> {
    fn write(&self) -> String {
        match self {
            Self::Fork(work) => format!("fork {work}"),
            Self::Wait(pid) => format!("wait {pid}"),
        }
    }

    fn read(line: &'a str) -> Option<Self> {
        match line.split_once(' ')? {
            ("fork", work) => Some(Self::Fork(work)),
            ("wait", pid) => pid.parse().ok().map(Self::Wait),
            _ => None,
        }
    }
}

fn locked(server: &Mutex<Worker>) -> MutexGuard<'_, Worker> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends `request`, together with `link` if there is one, and waits for the answer.
fn ask(
    server: &Mutex<Worker>,
    request: &Request,
    link: Option<&UnixStream>,
) -> Result<io::Result<i32>, Error> {
    let mut server = locked(server);
    let link = link.map(AsRawFd::as_raw_fd);
    let link = link.as_ref().map(|link| ControlMessage::ScmRights(slice::from_ref(link)));
    let link = link.as_slice();
    let line = request.write();
    let line = [IoSlice::new(line.as_bytes())];
    let socket = server.link().stream().as_raw_fd();
    // A server that has gone gives no answer either.
    let _ = sendmsg::<()>(socket, &line, link, MsgFlags::MSG_NOSIGNAL, None);
    let answer: Result<i32, i32> = server.receive()?;
    Ok(answer.map_err(io::Error::from_raw_os_error))
}

/// Serves until the parent has gone; returns the code to exit with.
pub(crate) fn serve(mut parent: Link, works: &[Work]) -> i32 {
    match greet(&mut parent).and_then(|()| Server::new(parent, works).answer_all()) {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

fn greet(parent: &mut Link) -> io::Result<()> {
    parent.send(&(worker::GREETING, Ok::<_, String>(std::process::id())))
}

struct Server<'a> {
    works: &'a [Work],
    /// Nothing in a worker, which has to close its copy.
    parent: Option<Link>,
    children: Vec<Forked>,
}

impl<'a> Server<'a> {
    fn new(parent: Link, works: &'a [Work]) -> Self {
        Self { works, parent: Some(parent), children: Vec::new() }
    }

    fn answer_all(&mut self) -> io::Result<()> {
        while let Some(parent) = &self.parent {
            let mut line = [0; 256];
            let (length, link) = receive(parent.stream(), &mut line)?;
            if length == 0 {
                break;
            }
            let line = String::from_utf8_lossy(&line[..length]);
            let answer = match (Request::read(&line), link) {
                (Some(Request::Fork(work)), Some(link)) => self.fork(work, link),
                (Some(Request::Wait(pid)), None) => self.wait(pid),
                _ => Err(Errno::EBADMSG.into()),
            };
            let answer = answer.map_err(|error| error.raw_os_error().unwrap_or(0));
            self.parent.as_mut().map_or(Ok(()), |parent| parent.send(&answer))?;
        }
        Ok(())
    }

    fn fork(&mut self, work: &str, link: UnixStream) -> io::Result<i32> {
        let forked = fork(|| {
            self.parent = None;
            // These are the server's children, not ours to wait for.
            mem::take(&mut self.children).into_iter().for_each(mem::forget);
            worker::run(work, self.works, Link::new(link))
        })?;
        let pid = forked.id().cast_signed();
        self.children.push(forked);
        Ok(pid)
    }

    fn wait(&mut self, pid: i32) -> io::Result<i32> {
        let at = self.children.iter().position(|child| child.id() == pid.cast_unsigned());
        let at = at.ok_or(Errno::ECHILD)?;
        Ok(self.children.swap_remove(at).wait()?.into_raw())
    }
}

/// Receives a request: how long it is, and the link that came along. No bytes mean that
/// the parent has gone.
fn receive(
    parent: &UnixStream,
    line: &mut [u8],
) -> io::Result<(usize, Option<UnixStream>)> {
    let mut room = nix::cmsg_space!(RawFd);
    let mut line = [IoSliceMut::new(line)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(parent.as_raw_fd(), &mut line, Some(&mut room), flags)?;
    let mut link = None;
    for part in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = part {
            link = descriptors.first().map(|&descriptor| adopt(descriptor));
        }
    }
    Ok((message.bytes, link))
}

#[allow(unsafe_code)]
fn adopt(descriptor: RawFd) -> UnixStream {
    // SAFETY: the system has just made this descriptor for us, so nobody else has it.
    unsafe { UnixStream::from_raw_fd(descriptor) }
}

/// A worker that the server forked, as the server's parent sees it.
#[derive(Debug)]
pub(crate) struct Served {
    pid: i32,
    server: Arc<Mutex<Worker>>,
    ended: Option<ExitStatus>,
}

impl Served {
    pub(crate) fn id(&self) -> u32 {
        self.pid.cast_unsigned()
    }

    pub(crate) fn kill(&self) -> io::Result<()> {
        // Until the server has waited for it at our request, its id is its own.
        match self.ended {
            None => Ok(kill(Pid::from_raw(self.pid), Signal::SIGKILL)?),
            Some(_) => Ok(()),
        }
    }

    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        let status = ask(&self.server, &Request::Wait(self.pid), None)
            .map_err(io::Error::other)??;
        let status = ExitStatus::from_raw(status);
        self.ended = Some(status);
        Ok(status)
    }
}
