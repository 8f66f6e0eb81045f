//! Streams of bytes: pipes, a pair of Unix sockets, and TCP through the loopback interface.
//!
//! All three are a place in the kernel's memory that one process copies bytes into and another
//! copies them out of. [`crate::frame`] makes messages of the bytes.

use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, PipeReader, PipeWriter, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::connection::Halves;
use crate::ends::{Ends, exactly};
use crate::error::Problem;
use crate::frame::{Ending, FrameReceiver, FrameSender, Patient};

/// A reader or a writer with a limit to its patience.
pub(crate) struct Timed<S> {
    stream: S,
    /// For a reader: until when it waits.
    deadline: Option<Instant>,
    /// Can be read when the process has ended that we wait for.
    process: Option<Arc<OwnedFd>>,
}

impl<S: AsFd> Timed<S> {
    fn new(stream: S) -> Self {
        Self { stream, deadline: None, process: None }
    }

    /// Waits until the stream is ready for `what`, unless reading or writing may wait for ever.
    fn wait(&self, what: PollFlags) -> io::Result<()> {
        if self.deadline.is_none() && self.process.is_none() {
            return Ok(());
        }
        ready(&self.stream, what, self.deadline, self.process.as_deref())
    }
}

impl<S: Read + AsFd> Read for Timed<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.wait(PollFlags::POLLIN)?;
            match self.stream.read(into) {
                // A copy of the process reads, too.
                Err(error) if self.is_not_ready(&error) => {}
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
                Err(error) if self.is_not_ready(&error) => {
                    self.wait(PollFlags::POLLOUT)?;
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<S> Timed<S> {
    fn is_not_ready(&self, error: &io::Error) -> bool {
        error.kind() == ErrorKind::WouldBlock && self.process.is_some()
    }
}

impl<S: Read + AsFd + Send> Patient for Timed<S> {
    fn wait_until(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }
}

impl<S: AsFd + Send> Ending for Timed<S> {
    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        // Otherwise a full pipe would hold us, and not `wait`. If the system won't, it does.
        let flags = fcntl(&self.stream, FcntlArg::F_GETFL).map(OFlag::from_bits_retain);
        let _ = flags.and_then(|flags| {
            fcntl(&self.stream, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))
        });
        self.process = Some(Arc::clone(process));
    }
}

/// Waits until a stream is ready for `what`, or at its end.
///
/// # Errors
///
/// `TimedOut` after the deadline; `BrokenPipe` when `process` can be read, and the stream is not
/// ready.
fn ready(
    stream: impl AsFd,
    what: PollFlags,
    deadline: Option<Instant>,
    process: Option<&OwnedFd>,
) -> io::Result<()> {
    let mut watched = [stream.as_fd(), process.map_or(stream.as_fd(), AsFd::as_fd)]
        .map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN));
    watched[0].set_events(what);
    // Without a process, there is only one to watch.
    let watched = &mut watched[..1 + usize::from(process.is_some())];
    loop {
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        // Rounded up, since poll counts in milliseconds; and whoever has no time at all still
        // gets what is there.
        let timeout = left.map_or(PollTimeout::NONE, |left| {
            let left_in_ms = left.as_nanos().div_ceil(1_000_000);
            PollTimeout::try_from(left_in_ms).unwrap_or(PollTimeout::MAX)
        });
        match poll(watched, timeout) {
            Ok(0) if left.is_some_and(|left| left.is_zero()) => {
                return Err(ErrorKind::TimedOut.into());
            }
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) if watched[0].any() != Some(false) => return Ok(()),
            // The process has ended, after a last message perhaps.
            Ok(_) => match poll(&mut watched[..1], PollTimeout::ZERO) {
                Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
                Ok(_) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
}

fn halves<R, W>(reader: R, writer: W, longest: usize) -> Halves
where
    R: Read + AsFd + Send + 'static,
    W: Write + AsFd + Send + 'static,
{
    Halves {
        sender: Box::new(FrameSender::new(Timed::new(writer), longest)),
        receiver: Box::new(FrameReceiver::new(Timed::new(reader), longest)),
    }
}

/// Two pipes; the other side gets an end of each.
// ANCHOR: pipes
pub(crate) fn pipes(longest: usize) -> Result<Ends, Problem> {
    let (reader, their_writer) = io::pipe()?;
    let (their_reader, writer) = io::pipe()?;
    let theirs = vec![their_reader.into(), their_writer.into()];
    Ok(Ends::connected(halves(reader, writer, longest), theirs))
}

pub(crate) fn join_pipes(ends: Vec<OwnedFd>, longest: usize) -> Result<Halves, Problem> {
    let [reader, writer] = exactly(ends)?;
    Ok(halves(PipeReader::from(reader), PipeWriter::from(writer), longest))
}
// ANCHOR_END: pipes

/// A pair of sockets, which carry both ways.
pub(crate) fn socket_pair(longest: usize) -> Result<Ends, Problem> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok(Ends::connected(of_socket(ours, longest)?, vec![theirs.into()]))
}

pub(crate) fn join_socket_pair(
    ends: Vec<OwnedFd>,
    longest: usize,
) -> Result<Halves, Problem> {
    let [socket] = exactly(ends)?;
    of_socket(UnixStream::from(socket), longest)
}

fn of_socket(socket: UnixStream, longest: usize) -> Result<Halves, Problem> {
    Ok(halves(ReadHalf(socket.try_clone()?), WriteHalf(socket), longest))
}

/// The receiving half of a socket. When it is dropped, the other side can't send any more, even
/// while our sending half holds the socket open. (TCP has no word for that: there, the other
/// side finds out when we have closed both.)
struct ReadHalf<S: Socket>(S);

impl<S: Socket> Read for ReadHalf<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
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
    }
}

/// The sending half of a socket. When it is dropped, the other side sees the end, even while
/// our receiving half holds the socket open.
struct WriteHalf<S: Socket>(S);

trait Socket: Read + Write + AsFd + Send {
    fn end(&self, half: Shutdown) -> io::Result<()>;
}

impl Socket for UnixStream {
    fn end(&self, half: Shutdown) -> io::Result<()> {
        self.shutdown(half)
    }
}

impl Socket for TcpStream {
    fn end(&self, half: Shutdown) -> io::Result<()> {
        self.shutdown(half)
    }
}

impl<S: Socket> Write for WriteHalf<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_vectored(&mut self, both: &[IoSlice]) -> io::Result<usize> {
        self.0.write_vectored(both)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<S: Socket> AsFd for WriteHalf<S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl<S: Socket> Drop for WriteHalf<S> {
    fn drop(&mut self) {
        // Fails when the other side has gone already.
        let _ = self.0.end(Shutdown::Write);
    }
}

/// How long the proof of being invited is, in bytes.
const TOKEN: usize = 16;

/// How long whoever connects may take to show it: nobody else gets in meanwhile.
const STRANGERS: Duration = Duration::from_millis(500);

/// A port on loopback. Every user of the machine can connect to it, so whoever does has to
/// show a token that only the invitation holds.
// ANCHOR: tcp
pub(crate) fn tcp(longest: usize) -> Result<Ends, Problem> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let mut token = [0; TOKEN];
    File::open("/dev/urandom")?.read_exact(&mut token)?;
    let in_words: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
    let address = format!("{port} {in_words}");
    Ok(Ends::listening(address, move |deadline| {
        loop {
            ready(&listener, PollFlags::POLLIN, Some(deadline), None)?;
            let (stream, _) = listener.accept()?;
            if shows(&stream, &in_words, deadline.min(Instant::now() + STRANGERS)) {
                return of_tcp(stream, longest);
            }
        }
    }))
}
// ANCHOR_END: tcp

/// Whether the first that comes through `stream` is `token`.
fn shows(stream: &TcpStream, token: &str, deadline: Instant) -> bool {
    let mut shown = vec![0; token.len()];
    let mut reader = Timed { deadline: Some(deadline), ..Timed::new(stream) };
    reader.read_exact(&mut shown).is_ok() && shown == token.as_bytes()
}

pub(crate) fn join_tcp(address: &str, longest: usize) -> Result<Halves, Problem> {
    let wrong = Problem::Garbage("sent an invitation without port and token");
    let (port, token) = address.split_once(' ').ok_or(wrong)?;
    let wrong = |_| Problem::Garbage("sent an invitation without a port");
    let port: u16 = port.parse().map_err(wrong)?;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(token.as_bytes())?;
    of_tcp(stream, longest)
}

fn of_tcp(stream: TcpStream, longest: usize) -> Result<Halves, Problem> {
    // Otherwise a short message waits for the answer to the one before (Nagle's algorithm).
    stream.set_nodelay(true)?;
    Ok(halves(ReadHalf(stream.try_clone()?), WriteHalf(stream), longest))
}
