//! What can go wrong with a worker, in a line each.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// What went wrong with a worker. Whichever it is, the worker's process is gone.
#[derive(Debug)]
pub enum Error {
    /// The program couldn't be started.
    Start {
        /// Which program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It did not say that it is ready.
    Silent {
        /// Which program.
        program: PathBuf,
        /// How long we waited.
        patience: Duration,
    },
    /// It ended, or closed its end of the link, before it was ready.
    Unready {
        /// Which program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
    },
    /// It said something that no worker says.
    Garbage {
        /// Which program.
        program: PathBuf,
        /// The beginning of what it said.
        said: String,
    },
    /// It is a worker and can't do what it was asked to do.
    Refused {
        /// Its reason.
        reason: String,
    },
    /// It ended while its parent waited for it, or wanted to tell it something.
    Lost {
        /// What it worked on.
        work: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// It gave no answer in time.
    Late {
        /// What it worked on.
        work: String,
        /// How long we waited.
        patience: Duration,
    },
    /// The link to it failed, or an answer was of the wrong kind.
    Link {
        /// What it worked on.
        work: String,
        /// What was wrong.
        source: io::Error,
    },
}

/// What to do when the system has no process, thread or descriptor to spare for workers: the end
/// of a line that says so. Nothing for any other error.
pub fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::OutOfMemory => {
            "; take fewer workers, or raise `ulimit -u`"
        }
        // Where an error was told by another process, there are only its words.
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
