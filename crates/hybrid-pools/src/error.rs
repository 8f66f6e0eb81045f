//! What can go wrong, in a line each.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use processes::worker;

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskError {
    /// It panicked. The worker is well.
    Panicked {
        /// What it said: the first 16 KiB of it.
        message: String,
    },
    /// Its worker died while it ran, as often as the pool was told to try.
    Died {
        /// How, the last time.
        how: ExitStatus,
        /// How often it was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// It took too long, and its worker was killed, as often as the pool was told to try.
    Late {
        /// How long it may take.
        deadline: Duration,
        /// How often it was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// Its worker lived, but closed the connection with the pool or sent something that is no result,
    /// and was killed for that, as often as the pool was told to try.
    Disconnected {
        /// How often it was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// It was cancelled before it began.
    Cancelled,
    /// The pool was dropped before it was done.
    Stopped,
    /// There is no worker any more, and none can be started.
    NoWorkers {
        /// Why not.
        reason: String,
    },
    /// It was never accepted.
    Rejected(Rejected),
    /// The worker can't run it, or the result can't be sent: it says why.
    Unfit {
        /// The reason.
        reason: String,
    },
    /// A result came, of another type.
    Garbled {
        /// What is wrong with it.
        reason: String,
    },
}

/// Why a task was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// As many tasks, or chunks of them, wait as may; only [`try_submit`](crate::pool::ProcessPool::try_submit) says so.
    Full {
        /// How many.
        capacity: usize,
    },
    /// Those that wait take as much memory as they may; only
    /// [`try_submit`](crate::pool::ProcessPool::try_submit) says so.
    Heavy {
        /// How many bytes.
        bytes: usize,
        /// The most there may be.
        most: usize,
    },
    /// The argument is too long.
    TooLong {
        /// Its bytes.
        length: usize,
        /// The most there may be.
        longest: usize,
    },
    /// The argument can't be written as bytes.
    Unserializable {
        /// Why not.
        reason: String,
    },
    /// There is no worker any more, and none can be started.
    NoWorkers {
        /// Why not.
        reason: String,
    },
}

/// A task can't be cancelled any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun;

/// Why there is no pool.
#[derive(Debug)]
pub enum StartError {
    /// A worker can't be started.
    Worker(worker::Error),
    /// More workers than a pool may have.
    TooMany {
        /// How many.
        workers: usize,
        /// The most there may be.
        most: usize,
    },
    /// There is no connection with it.
    Connection {
        /// Why not.
        error: ipc::Error,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// The system has no thread or descriptor to spare.
    System(std::io::Error),
}

/// The last of the lines that a worker wrote to stderr, for an error of one line.
fn last_words(stderr: &str) -> String {
    match stderr.lines().last() {
        Some(line) => format!("; its last words: {line}"),
        None => String::new(),
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let times = |attempts: u32| match attempts {
            1 => "once".into(),
            2 => "twice".into(),
            more => format!("{more} times"),
        };
        match self {
            Self::Panicked { message } => write!(f, "the task panicked: {message}"),
            Self::Died { how, attempts, stderr } => {
                let times = times(*attempts);
                write!(
                    f,
                    "its worker died {times}, at last of {how}{}",
                    last_words(stderr)
                )
            }
            Self::Late { deadline, attempts, stderr } => {
                let times = times(*attempts);
                write!(
                    f,
                    "it took longer than {deadline:?}, {times}{}",
                    last_words(stderr)
                )
            }
            Self::Disconnected { attempts, stderr } => {
                let times = times(*attempts);
                write!(f, "its worker closed or garbled the connection with the pool ")?;
                write!(f, "and was killed for that, {times}{}", last_words(stderr))
            }
            Self::Cancelled => write!(f, "the task was cancelled before it began"),
            Self::Stopped => write!(f, "the pool was dropped before the task was done"),
            Self::NoWorkers { reason } => {
                write!(f, "no worker is left, and none can be started: {reason}")
            }
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Unfit { reason } => write!(f, "the task can't be done: {reason}"),
            Self::Garbled { reason } => {
                write!(f, "the result is of another type than expected: {reason}")
            }
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Full { capacity } => write!(
                f,
                "{capacity} tasks wait already; `submit` waits until there is room"
            ),
            Self::Heavy { bytes, most } => write!(
                f,
                "the tasks that wait take {bytes} bytes already, of {most} that they may; \
                 `submit` waits until there is room"
            ),
            Self::TooLong { length, longest } => write!(
                f,
                "the argument has {length} bytes, and the pool takes {longest} at most"
            ),
            Self::Unserializable { reason } => {
                write!(f, "the argument can't be written as bytes: {reason}")
            }
            Self::NoWorkers { reason } => {
                write!(f, "no worker is left, and none can be started: {reason}")
            }
        }
    }
}

impl fmt::Display for Begun {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a worker has the task already; it can't be cancelled any more")
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Worker(error) => error.fmt(f),
            Self::TooMany { workers, most } => write!(
                f,
                "a pool can't have {workers} workers, but {most} at most; take fewer"
            ),
            Self::Connection { error, stderr } => {
                write!(f, "{error}{}", last_words(stderr))?;
                match &error.problem {
                    ipc::Problem::Io(error) => f.write_str(worker::remedy(error)),
                    _ => Ok(()),
                }
            }
            Self::System(error) => {
                write!(f, "the system can't start a pool: {error}")?;
                f.write_str(worker::remedy(error))
            }
        }
    }
}

impl std::error::Error for TaskError {}
impl std::error::Error for Rejected {}
impl std::error::Error for Begun {}
impl std::error::Error for StartError {}

impl From<worker::Error> for StartError {
    fn from(error: worker::Error) -> Self {
        Self::Worker(error)
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::*;

    #[test]
    fn what_the_system_has_no_more_of_can_be_had() {
        for (error, raise) in [(Errno::EMFILE, "ulimit -n"), (Errno::EAGAIN, "ulimit -u")]
        {
            let io = || std::io::Error::from(error);
            let (transport, peer) = (ipc::Transport::Pipes, "process 7".into());
            let problem = ipc::Problem::Io(io());
            let error = ipc::Error { transport, peer, problem };
            let connection = StartError::Connection { error, stderr: String::new() };
            for error in [StartError::System(io()), connection] {
                let said = error.to_string();
                assert!(said.contains("take fewer workers"), "{said}");
                assert!(said.contains(raise), "{said}");
            }
        }
    }
}
