//! Streams of bytes: pipes, a pair of Unix sockets, and TCP through the loopback interface.
//!
//! Each of the three is a place in the kernel's memory into which one process copies bytes, and
//! from which another copies them out. [`crate::frame`] makes messages of the bytes.

use std::io::{self, ErrorKind, IoSlice, PipeReader, PipeWriter, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::PollFlags;
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::{ReceiveTimeout, SendTimeout};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::connection::Halves;
use crate::door::{self, Door};
use crate::ends::{Ends, exactly};
use crate::error::Problem;
use crate::frame::{Ending, FrameReceiver, FrameSender, Patient};
use crate::ready::ready;

/// How long a socket waits before it looks whether a process has ended, in milliseconds.
const NAP: i64 = 100;

/// How long a side that leaves waits for room for its goodbye.
const A_MOMENT: Duration = Duration::from_secs(1);

/// A reader or a writer that stops waiting at a deadline, or when a process has ended.
pub(crate) struct Timed<S> {
    stream: S,
    /// Until when a reader waits, and a writer that hurries. Any other writer has none.
    deadline: Option<Instant>,
    /// Can be read when the process at the other end has ended.
    process: Option<Arc<OwnedFd>>,
    loses_what_is_under_way: bool,
}

impl<S: AsFd> Timed<S> {
    fn new(stream: S) -> Self {
        Self { stream, deadline: None, process: None, loses_what_is_under_way: false }
    }

    /// A stream that loses what is under way when its writer leaves.
    fn losing(stream: S) -> Self {
        Self { loses_what_is_under_way: true, ..Self::new(stream) }
    }

    /// Waits until the stream is ready for `what`.
    fn wait(&self, what: PollFlags) -> io::Result<()> {
        ready(&self.stream, what, self.deadline, self.process.as_deref())
    }

    /// Whether this error means that we have to wait by ourselves: the system didn't wait, or only
    /// for a nap. After a signal, too, if there is a process to watch: with signals that come often
    /// enough, no nap would ever come to its end.
    fn is_to_wait(&self, error: &io::Error) -> bool {
        match error.kind() {
            ErrorKind::WouldBlock => true,
            ErrorKind::Interrupted => self.process.is_some(),
            _ => false,
        }
    }

    fn set_nonblocking(&self) {
        // If this is half of a socket, the other half is set as well; both know how to wait then.
        // If the system refuses, it goes on to wait for us.
        let flags = fcntl(&self.stream, FcntlArg::F_GETFL).map(OFlag::from_bits_retain);
        let _ = flags.and_then(|flags| {
            fcntl(&self.stream, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))
        });
    }
}

impl<S: Read + AsFd> Read for Timed<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.deadline.is_some() {
            self.wait(PollFlags::POLLIN)?;
        }
        loop {
            match self.stream.read(into) {
                Err(error) if self.is_to_wait(&error) => self.wait(PollFlags::POLLIN)?,
                read => return read,
            }
        }
    }
}

impl<S: Write + AsFd> Write for Timed<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, both: &[IoSlice]) -> io::Result<usize> {
        loop {
            match self.stream.write_vectored(both) {
                Err(error) if self.is_to_wait(&error) => self.wait(PollFlags::POLLOUT)?,
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<S: Read + AsFd + Send> Patient for Timed<S> {
    fn wait_until(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }
}

impl<S: AsFd + Send> Ending for Timed<S> {
    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        // Otherwise the system would keep us waiting in its read or write, and not in `wait`.
        // A socket can wait in naps, which costs nothing as long as messages come; a pipe can't.
        let nap = TimeVal::milliseconds(NAP);
        let naps = setsockopt(&self.stream, ReceiveTimeout, &nap)
            .and_then(|()| setsockopt(&self.stream, SendTimeout, &nap));
        if naps.is_err() {
            self.set_nonblocking();
        }
        self.process = Some(Arc::clone(process));
    }

    fn loses_what_is_under_way(&self) -> bool {
        self.loses_what_is_under_way
    }

    fn hurry(&mut self) {
        self.set_nonblocking();
        self.deadline = Some(Instant::now() + A_MOMENT);
    }
}

fn halves<R, W>(reader: R, writer: W, longest: usize) -> Halves
where
    R: Read + AsFd + Send + 'static,
    W: Write + AsFd + Send + 'static,
{
    timed_halves(Timed::new(reader), Timed::new(writer), longest)
}

fn timed_halves<R, W>(reader: Timed<R>, writer: Timed<W>, longest: usize) -> Halves
where
    R: Read + AsFd + Send + 'static,
    W: Write + AsFd + Send + 'static,
{
    Halves::of(FrameSender::new(writer, longest), FrameReceiver::new(reader, longest))
}

/// Opens two pipes; the other side gets one end of each.
// ANCHOR: pipes
pub(crate) fn pipes(longest: usize) -> Result<Ends, Problem> {
    let (reader, their_writer) = io::pipe()?;
    let (their_reader, writer) = io::pipe()?;
    let theirs = vec![their_reader.into(), their_writer.into()];
    let first = reader.try_clone()?;
    Ok(Ends::connected(halves(reader, writer, longest), theirs).heard_from(first))
}

pub(crate) fn join_pipes(ends: Vec<OwnedFd>, longest: usize) -> Result<Halves, Problem> {
    let [reader, writer] = exactly(ends)?;
    Ok(halves(PipeReader::from(reader), PipeWriter::from(writer), longest))
}
// ANCHOR_END: pipes

/// Opens a pair of sockets, which carry bytes both ways.
pub(crate) fn socket_pair(longest: usize) -> Result<Ends, Problem> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok(Ends::connected(of_socket_pair(ours, longest), vec![theirs.into()]))
}

pub(crate) fn join_socket_pair(
    ends: Vec<OwnedFd>,
    longest: usize,
) -> Result<Halves, Problem> {
    let [socket] = exactly(ends)?;
    Ok(of_socket_pair(UnixStream::from(socket), longest))
}

fn of_socket_pair(socket: UnixStream, longest: usize) -> Halves {
    let (reader, writer) = split(socket);
    halves(reader, writer, longest)
}

/// A socket whose two directions can be ended one by one.
trait Socket: AsFd + Send + Sync + 'static {
    fn end(&self, half: Shutdown) -> io::Result<()>;

    /// Is called before the socket is closed, when both halves have been dropped.
    fn leave(&mut self);
}

fn split<S: Socket>(socket: S) -> (ReadHalf<S>, WriteHalf<S>) {
    let socket = Arc::new(socket);
    (ReadHalf(Arc::clone(&socket)), WriteHalf(socket))
}

/// The receiving half of a socket. Dropping it stops the other side from sending, even while our
/// sending half holds the socket open. (TCP can't say that: there, the other side finds out when
/// both our halves are gone.)
struct ReadHalf<S: Socket>(Arc<S>);

impl<S: Socket> Read for ReadHalf<S>
where
    for<'a> &'a S: Read,
{
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(into)
    }
}

impl<S: Socket> AsFd for ReadHalf<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl<S: Socket> Drop for ReadHalf<S> {
    fn drop(&mut self) {
        let _ = self.0.end(Shutdown::Read);
        if let Some(socket) = Arc::get_mut(&mut self.0) {
            socket.leave();
        }
    }
}

/// The sending half of a socket. Dropping it ends the stream for the other side, even while our
/// receiving half holds the socket open.
struct WriteHalf<S: Socket>(Arc<S>);

impl<S: Socket> Write for WriteHalf<S>
where
    for<'a> &'a S: Write,
{
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn write_vectored(&mut self, both: &[IoSlice]) -> io::Result<usize> {
        (&*self.0).write_vectored(both)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

impl<S: Socket> AsFd for WriteHalf<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl<S: Socket> Drop for WriteHalf<S> {
    fn drop(&mut self) {
        // This fails if the other side has gone already.
        let _ = self.0.end(Shutdown::Write);
        if let Some(socket) = Arc::get_mut(&mut self.0) {
            socket.leave();
        }
    }
}

impl Socket for UnixStream {
    fn end(&self, half: Shutdown) -> io::Result<()> {
        self.shutdown(half)
    }

    fn leave(&mut self) {}
}

/// How much we read at most before we leave, in bytes: more than a socket holds.
const MOST_UNREAD: usize = 64 << 20;

impl Socket for TcpStream {
    fn end(&self, half: Shutdown) -> io::Result<()> {
        self.shutdown(half)
    }

    /// Reads what nobody has read. Otherwise the system would tell the other side that something
    /// went wrong, and drop what is still under way to it. If the other side goes on sending, that
    /// happens all the same, and the other side gets no goodbye.
    fn leave(&mut self) {
        if self.set_nonblocking(true).is_err() {
            return;
        }
        let mut unread = [0; 8 << 10];
        let mut left = MOST_UNREAD;
        while let Ok(read @ 1..) = self.read(&mut unread) {
            match left.checked_sub(read) {
                Some(less) => left = less,
                None => return,
            }
        }
    }
}

/// Opens a port on loopback. Every user of the machine can connect to it, so whoever connects has
/// to show a token that only the invitation holds.
// ANCHOR: tcp
pub(crate) fn tcp(longest: usize) -> Result<Ends, Problem> {
    let door = Door::new()?;
    let address = format!("{} {}", door.port()?, door.token());
    Ok(Ends::listening(address, move |until| of_tcp(door.admit(until)?, longest)))
}
// ANCHOR_END: tcp

pub(crate) fn join_tcp(address: &str, longest: usize) -> Result<Halves, Problem> {
    of_tcp(door::enter(address)?, longest)
}

fn of_tcp(stream: TcpStream, longest: usize) -> Result<Halves, Problem> {
    // Otherwise a short message would wait for the answer to the one before (Nagle's algorithm).
    stream.set_nodelay(true)?;
    let (reader, writer) = split(stream);
    let (reader, writer) = (Timed::losing(reader), Timed::losing(writer));
    Ok(timed_halves(reader, writer, longest))
}
