//! What can go wrong between two who send each other messages.

use std::fmt;
use std::io;
use std::path::PathBuf;

use processes::worker;

use crate::transport::Transport;

/// What went wrong, by which way, and who is at the other end.
#[derive(Debug)]
pub struct Error {
    /// The way that the messages go.
    pub transport: Transport,
    /// Who is at the other end, in words.
    pub peer: String,
    /// What went wrong.
    pub problem: Problem,
}

/// What went wrong. After any of these but [`Problem::TooLong`] from `send`, the connection is
/// of no use any more.
#[derive(Debug)]
pub enum Problem {
    /// The other side has closed its end, or its process has ended.
    Ended,
    /// The same, in the middle of a message.
    Truncated,
    /// A message is longer than the longest that is taken. Nothing was allocated for it.
    TooLong {
        /// Its length in bytes, as far as it is known.
        length: usize,
        /// The longest that is taken.
        longest: usize,
    },
    /// The other side doesn't keep to the protocol: what it did.
    Garbage(&'static str),
    /// Nothing came until the deadline, or not all of it.
    Late,
    /// Something else went wrong before.
    Broken,
    /// There is no place for a socket in the folder for temporary files.
    NoPlace {
        /// Which folder.
        folder: PathBuf,
        /// Why not.
        why: io::Error,
    },
    /// This transport doesn't reach another process.
    OnlyHere,
    /// The process at the other end couldn't be started, or ended too early.
    Worker(worker::Error),
    /// What the system said.
    Io(io::Error),
}

impl Problem {
    /// This problem with whoever is at the other end of a connection.
    pub(crate) fn with(self, transport: Transport, peer: &str) -> Error {
        Error { transport, peer: peer.into(), problem: self }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof => Self::Ended,
            io::ErrorKind::TimedOut => Self::Late,
            _ => Self::Io(error),
        }
    }
}

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
            Self::Truncated => write!(f, "ended in the middle of a message"),
            Self::TooLong { length, longest } => write!(
                f,
                "won't get a message of {length} bytes through, {longest} are allowed; \
                 send it in parts, or raise `Settings::longest` on both sides"
            ),
            Self::Garbage(what) => write!(f, "doesn't keep to the protocol: it {what}"),
            Self::Late => write!(f, "said nothing in time"),
            Self::Broken => {
                write!(f, "can't be understood any more, after what went wrong before")
            }
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
            Self::Worker(error) => write!(f, "is not there: {error}"),
            Self::Io(error) => write!(f, "can't be reached: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Worker(error) => Some(error),
            Problem::Io(error) | Problem::NoPlace { why: error, .. } => Some(error),
            _ => None,
        }
    }
}
