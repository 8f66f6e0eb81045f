//! The link between a worker and its parent: messages both ways, each a line of JSON.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, send};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::descriptors::NO_SIGNAL;
use super::ending::Ending;

/// One end of the link. However a process ends, the system closes its end, and so the process at
/// the other end finds out.
#[derive(Debug)]
pub struct Link(BufReader<UnixStream>);

impl Link {
    /// Makes a link. Returns our end, and the other end as a socket for another process.
    ///
    /// # Errors
    ///
    /// When this process has no descriptors left.
    pub(crate) fn pair() -> io::Result<(Self, UnixStream)> {
        occupy_standard_descriptors()?;
        let (ours, theirs) = UnixStream::pair()?;
        Ok((Self::new(ours), theirs))
    }

    pub(crate) fn new(stream: UnixStream) -> Self {
        Self(BufReader::new(stream))
    }

    pub(crate) fn stream(&self) -> &UnixStream {
        self.0.get_ref()
    }

    /// Sends a message. Waits when the other side is so far behind that the system won't
    /// hold any more for it.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when the other side has gone.
    pub fn send(&mut self, message: &impl Serialize) -> io::Result<()> {
        self.send_while(message, None)
    }

    /// Sends a message as [`Link::send`] does. But if the process of this `ending` has ended, that
    /// counts as the other side having gone, even if another process still holds its end.
    pub(super) fn send_while(
        &mut self,
        message: &impl Serialize,
        ending: Option<&Ending>,
    ) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        let mut rest = &line[..];
        while !rest.is_empty() {
            let mut flags = NO_SIGNAL;
            flags.set(MsgFlags::MSG_DONTWAIT, ending.is_some());
            match send(self.as_fd().as_raw_fd(), rest, flags) {
                Ok(sent) => rest = &rest[sent..],
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => {
                    if self.wait(PollFlags::POLLOUT, None, ending)? == Waited::Ended {
                        return Err(ErrorKind::BrokenPipe.into());
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Waits for the next message; `None` when the other side has gone, or has closed the link for
    /// writing.
    ///
    /// # Errors
    ///
    /// `InvalidData` when a line comes that is no such message.
    pub fn receive<M: DeserializeOwned>(&mut self) -> io::Result<Option<M>> {
        self.receive_while(None, None)
    }

    /// Waits for the next message, but no longer than `patience`.
    ///
    /// # Errors
    ///
    /// `TimedOut` when no whole message has come by then. Part of one may have been read and lost,
    /// so the link must not be used any more.
    pub fn receive_within<M: DeserializeOwned>(
        &mut self,
        patience: Duration,
    ) -> io::Result<Option<M>> {
        // A patience so long that the deadline overflows means no deadline.
        self.receive_while(Instant::now().checked_add(patience), None)
    }

    /// Waits for the next message until `deadline`. Once the process of this `ending` has ended,
    /// only what it had sent before is read, and then the result is `None`.
    pub(super) fn receive_while<M: DeserializeOwned>(
        &mut self,
        deadline: Option<Instant>,
        ending: Option<&Ending>,
    ) -> io::Result<Option<M>> {
        let mut line = Vec::new();
        if !self.read_line(&mut line, deadline, ending, usize::MAX)? {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&line)?))
    }

    /// Reads all that comes and drops it, until the other side has gone, or the process of this
    /// `ending` has ended.
    pub(super) fn drain_while(&mut self, ending: Option<&Ending>) {
        let mut line = Vec::new();
        while let Ok(true) = self.read_line(&mut line, None, ending, usize::MAX) {
            line.clear();
        }
    }

    /// Appends a line to `line`; returns whether the line came to its end. A line of more than
    /// `longest` bytes is an error. Even then, `line` holds what was read.
    pub(super) fn read_line(
        &mut self,
        line: &mut Vec<u8>,
        deadline: Option<Instant>,
        ending: Option<&Ending>,
        longest: usize,
    ) -> io::Result<bool> {
        loop {
            if self.0.buffer().is_empty() {
                match self.wait(PollFlags::POLLIN, deadline, ending)? {
                    Waited::Ready => {}
                    Waited::Late => return Err(ErrorKind::TimedOut.into()),
                    Waited::Ended => return Ok(false),
                }
            }
            let read = match self.0.fill_buf() {
                Ok(read) => read,
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => continue,
                    // The other side has gone without reading all that was sent to it.
                    ErrorKind::ConnectionReset => return Ok(false),
                    _ => return Err(error),
                },
            };
            if read.is_empty() {
                return Ok(false);
            }
            let end = read.iter().position(|&byte| byte == b'\n');
            let taken = end.map_or(read.len(), |end| end + 1);
            line.extend_from_slice(&read[..taken]);
            self.0.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
            if line.len() > longest {
                return Err(ErrorKind::InvalidData.into());
            }
        }
    }

    /// Waits until the link is ready for `what`, or closed, and no longer than until `deadline` or
    /// the end of the process. With neither of them it returns at once, since reading and writing
    /// wait by themselves. Even after the deadline, a link that is ready counts as ready.
    fn wait(
        &self,
        what: PollFlags,
        deadline: Option<Instant>,
        ending: Option<&Ending>,
    ) -> io::Result<Waited> {
        if deadline.is_none() && ending.is_none() {
            return Ok(Waited::Ready);
        }
        let mut watched = vec![PollFd::new(self.as_fd(), what)];
        watched
            .extend(ending.map(|ending| PollFd::new(ending.as_fd(), PollFlags::POLLIN)));
        loop {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            // Rounded up, since poll counts in milliseconds.
            let timeout = left.map_or(PollTimeout::NONE, |left| {
                let left_in_ms = left.as_nanos().div_ceil(1_000_000);
                PollTimeout::try_from(left_in_ms).unwrap_or(PollTimeout::MAX)
            });
            match poll(&mut watched, timeout) {
                Ok(0) if left.is_some_and(|left| left.is_zero()) => {
                    return Ok(Waited::Late);
                }
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) if watched[0].any() != Some(false) => return Ok(Waited::Ready),
                // The process has ended, but may have sent a last message: look once more.
                Ok(_) => match poll(&mut watched[..1], PollTimeout::ZERO) {
                    Ok(0) => return Ok(Waited::Ended),
                    Ok(_) => return Ok(Waited::Ready),
                    Err(Errno::EINTR) => {}
                    Err(error) => return Err(error.into()),
                },
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// How waiting has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waited {
    /// The link is ready.
    Ready,
    /// The link is not ready, and the deadline has passed.
    Late,
    /// The link is not ready, and the process has ended.
    Ended,
}

/// Opens `/dev/null` for each of stdin, stdout and stderr that is closed. A program that goes into
/// the background may close them. The next descriptor would take the place of stdin then, where
/// nobody expects a link. Rust does the same when a program starts.
fn occupy_standard_descriptors() -> io::Result<()> {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    for standard in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
        if fcntl_getfd(standard) == Err(rustix::io::Errno::BADF) {
            let null = File::options().read(true).write(true).open("/dev/null")?;
            // Standard descriptors stay open when a child runs another program.
            fcntl_setfd(&null, FdFlags::empty())?;
            mem::forget(null);
        }
    }
    Ok(())
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream().as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn both() -> (Link, Link) {
        let (one, other) = Link::pair().unwrap();
        (one, Link::new(other))
    }

    #[test]
    fn messages_arrive_in_order() {
        let (mut one, mut other) = both();
        one.send(&(3..5_u64)).unwrap();
        one.send(&"two\nlines").unwrap();
        assert_eq!(other.receive().unwrap(), Some(3..5_u64));
        assert_eq!(other.receive().unwrap(), Some(String::from("two\nlines")));
        drop(one);
        assert_eq!(other.receive::<u64>().unwrap(), None);
    }

    #[test]
    fn whoever_has_gone_gets_no_message() {
        let (mut one, other) = both();
        drop(other);
        // A child that another test starts at this moment may hold a copy, for as long as it isn't its program yet.
        assert_eq!(one.receive::<u64>().unwrap(), None);
        assert_eq!(one.send(&1).unwrap_err().kind(), ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_line_that_is_no_message_is_an_error() {
        let (one, mut other) = both();
        one.stream().write_all(b"hello\n").unwrap();
        let error = other.receive::<u64>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn patience_ends() {
        let (_one, mut other) = both();
        let error = other.receive_within::<u64>(Duration::from_millis(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn what_is_there_comes_whatever_the_patience() {
        for patience in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            let (mut one, mut other) = both();
            one.send(&7).unwrap();
            assert_eq!(other.receive_within(patience).unwrap(), Some(7), "{patience:?}");
        }
        let (_one, mut other) = both();
        let error = other.receive_within::<u64>(Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn half_a_line_is_not_a_line() {
        let (one, mut other) = both();
        one.stream().write_all(b"12").unwrap();
        drop(one);
        assert_eq!(other.receive::<u64>().unwrap(), None);
    }
}
