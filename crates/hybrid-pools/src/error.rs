//! What can go wrong. Each error is displayed as a single line.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use processes::worker;

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskError {
    /// The task panicked. Its worker is well.
    Panicked {
        /// The message of the panic: its first 16 KiB.
        message: String,
    },
    /// The task's worker died while the task ran, as often as the pool was told to try.
    Died {
        /// How the worker ended, the last time.
        how: ExitStatus,
        /// How often the task was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// The task took too long, and its worker was killed, as often as the pool was told to try.
    Late {
        /// How long the task may take.
        deadline: Duration,
        /// How often the task was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// The task's worker lived, but closed the connection with the pool or sent something that is no
    /// result, and was killed for that, as often as the pool was told to try.
    Disconnected {
        /// How often the task was tried.
        attempts: u32,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// The task was cancelled before it began.
    Cancelled,
    /// The pool was dropped before the task was done.
    Stopped,
    /// No worker is left, and none can be started.
    NoWorkers {
        /// Why none can be started.
        reason: String,
    },
    /// The task was never accepted, for this reason.
    Rejected(Rejected),
    /// The task can't be run, or its result can't be sent.
    Unfit {
        /// Why not.
        reason: String,
    },
    /// A result came, but it is of another type than expected.
    Garbled {
        /// What is wrong with the result.
        reason: String,
    },
}

/// Why a task was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// As many tasks, or chunks of them, wait as may. Only
    /// [`try_submit`](crate::pool::ProcessPool::try_submit) returns this.
    Full {
        /// How many may wait.
        capacity: usize,
    },
    /// The tasks that wait take as much memory as they may. Only
    /// [`try_submit`](crate::pool::ProcessPool::try_submit) returns this.
    Heavy {
        /// How many bytes they take.
        bytes: usize,
        /// How many bytes they may take.
        most: usize,
    },
    /// The argument is too long.
    TooLong {
        /// How many bytes it has.
        length: usize,
        /// How many bytes it may have.
        longest: usize,
    },
    /// The argument can't be written as bytes.
    Unserializable {
        /// Why not.
        reason: String,
    },
    /// No worker is left, and none can be started.
    NoWorkers {
        /// Why none can be started.
        reason: String,
    },
}

/// A task can't be cancelled any more, because a worker has it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun;

/// Why a pool can't be started.
#[derive(Debug)]
pub enum StartError {
    /// A worker can't be started.
    Worker(worker::Error),
    /// More workers were asked for than a pool may have.
    TooMany {
        /// How many were asked for.
        workers: usize,
        /// How many a pool may have.
        most: usize,
    },
    /// A worker was started, but there is no connection with it.
    Connection {
        /// Why there is none.
        error: ipc::Error,
        /// The last lines that the worker wrote to stderr.
        stderr: String,
    },
    /// The system has no thread or descriptor to spare.
    System(std::io::Error),
}

/// The last line that a worker wrote to stderr, as the end of an error's line.
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
