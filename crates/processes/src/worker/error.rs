//! What can go wrong with a worker, each in a message of one line.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// What went wrong with a worker. Whatever it was, the worker's process is gone afterwards.
#[derive(Debug)]
pub enum Error {
    /// The program couldn't be started.
    Start {
        /// Which program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The program did not say in time that it is ready.
    Silent {
        /// Which program.
        program: PathBuf,
        /// How long we waited.
        patience: Duration,
    },
    /// The program ended, or closed its end of the link, before it was ready.
    Unready {
        /// Which program.
        program: PathBuf,
        /// How the program ended.
        status: ExitStatus,
    },
    /// The program sent something that is no worker's greeting.
    Garbage {
        /// Which program.
        program: PathBuf,
        /// The beginning of what the program sent.
        said: String,
    },
    /// The worker can't do, or won't do, what it was asked to do.
    Refused {
        /// The worker's reason.
        reason: String,
    },
    /// The worker ended while its parent waited for an answer, or wanted to send it something.
    Lost {
        /// The name of its work.
        work: String,
        /// How the worker ended.
        status: ExitStatus,
    },
    /// The worker gave no answer in time.
    Late {
        /// The name of its work.
        work: String,
        /// How long we waited.
        patience: Duration,
    },
    /// The link to the worker failed, or an answer was of the wrong type.
    Link {
        /// The name of its work.
        work: String,
        /// What was wrong.
        source: io::Error,
    },
}

/// What to do when the system has no process, thread or descriptor to spare for workers: the end
/// of an error message, which begins with `; `. Empty for any other error.
pub fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => {
            "; take fewer workers, or raise `ulimit -u`"
        }
        // An error that another process has told us has lost its kind, and has only its words.
        _ if error.to_string().contains("Too many open files") => {
            "; take fewer workers, or raise `ulimit -n`"
        }
        _ => "",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Start { program, source } => {
                write!(f, "couldn't start a worker, {}: {source}", program.display())?;
                match source.kind() {
                    io::ErrorKind::NotFound => {
                        write!(f, "; was it moved or built anew meanwhile?")
                    }
                    _ => f.write_str(remedy(source)),
                }
            }
            Self::Silent { program, patience } => write!(
                f,
                "{} did not say within {} that it is ready, and was killed; \
                 does its `main` begin with `worker::entry`?",
                program.display(),
                tour::format::time(*patience)
            ),
            Self::Unready { program, status } => write!(
                f,
                "{} ended before it was ready ({status}); \
                 does its `main` begin with `worker::entry`?",
                program.display()
            ),
            Self::Garbage { program, said } => write!(
                f,
                "{} said \"{said}\", which is no worker's greeting, and was killed; \
                 does its `main` begin with `worker::entry`?",
                program.display()
            ),
            Self::Refused { reason } => write!(f, "a worker refused: {reason}"),
            Self::Lost { work, status } => {
                write!(f, "the worker for `{work}` ended too early ({status})")
            }
            Self::Late { work, patience } => write!(
                f,
                "the worker for `{work}` did not answer within {}, and was killed",
                tour::format::time(*patience)
            ),
            Self::Link { work, source } => {
                write!(f, "couldn't talk to the worker for `{work}`: {source}")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Link { source, .. } => Some(source),
            _ => None,
        }
    }
}
