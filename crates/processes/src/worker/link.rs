//! The link between a worker and its parent: messages both ways, each a line of JSON.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The shortest time that a socket knows how to wait.
const NO_TIME: Duration = Duration::from_micros(1);

/// One end of the link. The system closes it when its process ends, however it ends, and
/// so the other end finds out.
#[derive(Debug)]
pub struct Link(BufReader<UnixStream>);

impl Link {
    /// An end of the link, and the other end, which is for another process.
    ///
    /// # Errors
    ///
    /// When this process has no descriptors left.
    pub(crate) fn pair() -> io::Result<(Self, UnixStream)> {
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
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.0.get_mut().write_all(&line)
    }

    /// Waits for the next message; `None` when the other side has gone, or has no more to
    /// say.
    ///
    /// # Errors
    ///
    /// `InvalidData` when a line comes that is no such message.
    pub fn receive<M: DeserializeOwned>(&mut self) -> io::Result<Option<M>> {
        let mut line = Vec::new();
        if !self.read_line(&mut line, None, usize::MAX)? {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&line)?))
    }

    /// The same, but waits no longer than `patience`.
    ///
    /// # Errors
    ///
    /// `TimedOut` when nothing has come by then. What comes later may be half a message:
    /// the link is of no use any more.
    pub fn receive_within<M: DeserializeOwned>(
        &mut self,
        patience: Duration,
    ) -> io::Result<Option<M>> {
        let mut line = Vec::new();
        // A deadline that no clock will show is none.
        let deadline = Instant::now().checked_add(patience);
        if !self.read_line(&mut line, deadline, usize::MAX)? {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&line)?))
    }

    /// Appends a line to `line`; returns whether it has an end. One of more than `longest`
    /// bytes is an error. `line` holds what was read even when this fails.
    pub(crate) fn read_line(
        &mut self,
        line: &mut Vec<u8>,
        deadline: Option<Instant>,
        longest: usize,
    ) -> io::Result<bool> {
        let whole = self.read_on(line, deadline, longest);
        if deadline.is_some() {
            // macOS refuses once the other side has gone; the next read tells.
            let _ = self.stream().set_read_timeout(None);
        }
        whole
    }

    fn read_on(
        &mut self,
        line: &mut Vec<u8>,
        deadline: Option<Instant>,
        longest: usize,
    ) -> io::Result<bool> {
        let mut looked = false;
        loop {
            if let Some(deadline) = deadline {
                let left = deadline.saturating_duration_since(Instant::now());
                // Whoever has no patience at all still gets what is there.
                if left.is_zero() && mem::replace(&mut looked, true) {
                    return Err(ErrorKind::TimedOut.into());
                }
                let _ = self.stream().set_read_timeout(Some(left.max(NO_TIME)));
            }
            let read = match self.0.fill_buf() {
                Ok(read) => read,
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted | ErrorKind::WouldBlock => continue,
                    // It has gone without reading all that it was sent.
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
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream().as_fd()
    }
}

#[cfg(test)]
mod tests {
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
