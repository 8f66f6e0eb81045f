//! What can go wrong between two sides that send each other messages.

use std::fmt;
use std::io;
use std::path::PathBuf;

#[cfg(unix)]
use nix::errno::Errno;
#[cfg(unix)]
use processes::worker;

use crate::transport::Transport;

/// What went wrong, with which transport, and who is at the other end.
#[derive(Debug)]
pub struct Error {
    /// The transport of the connection.
    pub transport: Transport,
    /// Who is at the other end, in words.
    pub peer: String,
    /// What went wrong.
    pub problem: Problem,
}

/// What went wrong. After any of these problems, the connection is of no use any more, except after
/// a [`Problem::TooLong`] from `send`.
#[derive(Debug)]
pub enum Problem {
    /// The other side has closed its end, or its process has ended.
    Ended,
    /// The other side has ended in the middle of a message. With TCP also: it has ended without a
    /// goodbye, so some of what it sent may be lost.
    Truncated,
    /// A message is longer than the longest that is allowed. No memory was taken for it.
    TooLong {
        /// The message's length in bytes, as far as it is known.
        length: usize,
        /// The longest length that is allowed, in bytes.
        longest: usize,
    },
    /// The other side doesn't keep to the protocol; this says what it did.
    Garbage(&'static str),
    /// No message came before the deadline, or not all of it.
    Late,
    /// The connection is unusable, since something else went wrong before.
    Broken,
    /// A socket can't be made in the folder for temporary files.
    NoPlace {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        why: io::Error,
    },
    /// This transport doesn't reach another process; it is for threads.
    OnlyHere,
    /// The process at the other end couldn't be started, or ended too early.
    #[cfg(unix)]
    Worker(worker::Error),
    /// Whatever else the system said.
    Io(io::Error),
}

impl Problem {
    /// This problem as an error of a connection with `peer`.
    pub(crate) fn with(self, transport: Transport, peer: &str) -> Error {
        Error { transport, peer: peer.into(), problem: self }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            // Nobody listens there any more.
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::UnexpectedEof => Self::Ended,
            io::ErrorKind::TimedOut => Self::Late,
            _ => Self::Io(error),
        }
    }
}

#[cfg(unix)]
impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        match error {
            worker::Error::Late { .. } => Self::Late,
            error => Self::Worker(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { transport, peer, problem } = self;
        write!(f, "{transport}: {peer} {problem}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Ended => write!(f, "has ended, or closed its end"),
            Self::Truncated => write!(f, "ended; something may be missing"),
            Self::TooLong { length, longest } => write!(
                f,
                "won't get a message of {length} bytes through, {longest} are allowed; \
                 send it in parts, or raise `Settings::longest` on both sides"
            ),
            Self::Garbage(what) => write!(f, "doesn't keep to the protocol: it {what}"),
            Self::Late => write!(f, "said nothing in time"),
            Self::Broken => write!(f, "is out of step, after what went wrong before"),
            Self::NoPlace { folder, why } => write!(
                f,
                "can't be met by a socket in the folder for temporary files, {}: {why}; \
                 set TMPDIR to another one, such as /tmp",
                folder.display()
            ),
            Self::OnlyHere => {
                write!(
                    f,
                    "can't be another process; this transport connects threads only"
                )
            }
            #[cfg(unix)]
            Self::Worker(error) => write!(f, "is not there: {error}"),
            Self::Io(error) if error.kind() == io::ErrorKind::OutOfMemory => write!(
                f,
                "sends, or would get, more than there is memory for: {error}; send it in \
                 parts, or raise `ulimit -v`"
            ),
            Self::Io(error) => write!(f, "can't be reached: {error}{}", advice(error)),
        }
    }
}

/// What to do about an error of the system: the end of a message, or nothing.
#[cfg(unix)]
fn advice(error: &io::Error) -> &'static str {
    match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::EMFILE) => "; raise `ulimit -n`",
        // Too many descriptors of this user have been sent to processes that don't receive them.
        #[cfg(target_os = "linux")]
        Some(Errno::ETOOMANYREFS) => {
            "; too many descriptors are on their way: take fewer connections, or raise \
             `ulimit -n`"
        }
        Some(Errno::EFBIG) => "; send shorter messages, or raise `ulimit -f`",
        _ => "",
    }
}

/// What to do about an error of the system: the end of a message, or nothing.
#[cfg(not(unix))]
fn advice(_: &io::Error) -> &'static str {
    ""
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            #[cfg(unix)]
            Problem::Worker(error) => Some(error),
            Problem::Io(error) | Problem::NoPlace { why: error, .. } => Some(error),
            _ => None,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_comes_with_advice() {
        for (said, advice) in [
            (Errno::EMFILE, "raise `ulimit -n`"),
            #[cfg(target_os = "linux")]
            (Errno::ETOOMANYREFS, "or raise `ulimit -n`"),
            (Errno::EFBIG, "or raise `ulimit -f`"),
            (Errno::ENOMEM, "or raise `ulimit -v`"),
        ] {
            let said = Problem::from(io::Error::from(said)).to_string();
            assert!(said.ends_with(advice), "{said}");
        }
    }
}
