//! A worker of the pool, seen from outside: its process, the connection with it, what it writes to
//! stderr.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ipc::{Connection, Peer};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use processes::worker::{Ending, Error, Worker, descriptors};

use super::options::Options;
use crate::error::StartError;
use crate::notebook::Notebook;
use crate::tray::Trays;

/// How long a worker may take to end when it has nothing more to do or has closed its connection.
const GRACE: Duration = Duration::from_secs(1);

/// How long to wait for the last words of a worker that has died. A process that the worker has started
/// may hold its stderr, and live on.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// How many lines and how many bytes of a worker's stderr are kept.
const LINES: usize = 5;
const BYTES: usize = 4 * 1024;

/// A worker, as its keeper sees it.
pub(crate) struct Child {
    pub(crate) connection: Connection,
    pub(crate) leash: Arc<Leash>,
    pub(crate) trays: Trays,
    stderr: Stderr,
    notebook: Notebook,
}

/// A worker's process. Any thread that holds the leash can kill it. That ends the worker's connection,
/// and so the keeper, which waits there, finds out.
pub(crate) struct Leash {
    process: Mutex<Process>,
    ending: Ending,
}

struct Process {
    /// `None` as soon as the keeper has taken the worker to wait for its end.
    worker: Option<Worker>,
    killed: Option<Killed>,
}

/// Why the pool has killed a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Killed {
    /// The worker's job with this number took too long.
    Late(u64),
    /// The worker has closed the connection but lives on, or sends nonsense.
    Disconnected,
    /// The pool was dropped.
    Stopped,
}

/// How a worker has ended.
pub(crate) struct Ended {
    pub(crate) killed: Option<Killed>,
    /// How many items the worker has begun, by its notebook.
    pub(crate) noted: u64,
    /// `None` only when the system doesn't tell.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stderr: String,
}

impl Child {
    /// Starts a worker, and connects with it.
    pub(crate) fn start(options: &Options) -> Result<Self, StartError> {
        let worker = options.program.start(options.work)?;
        let ending = Ending::of(worker.id())?;
        let (read, write) = io::pipe()?;
        let (notebook, theirs) = Notebook::empty()?;
        let longest = (options.longest as u64).to_le_bytes();
        let (trays, along) = Trays::empty()?;
        let given = [write.as_fd(), theirs.as_fd()];
        let given: Vec<_> =
            given.into_iter().chain(along.iter().map(AsFd::as_fd)).collect();
        if let Err(error) = descriptors::send(worker.link(), &longest, &given) {
            // Most likely the worker has gone. It gets time to end: then the status says how it ended
            // by itself, and not that it is killed here.
            ending.within(GRACE);
            let (work, status) = (options.work.into(), worker.kill()?);
            return Err(match error.kind() {
                ErrorKind::BrokenPipe => Error::Lost { work, status }.into(),
                _ => error.into(),
            });
        }
        drop((write, theirs, along));
        let stderr = Stderr::read(read, options.quiet)?;
        let peer = Peer::connect(options.transport, options.settings(), worker);
        let peer = match peer {
            Ok(peer) => peer,
            Err(error) => {
                let stderr = stderr.last_lines();
                return Err(StartError::Connection { error, stderr });
            }
        };
        let (mut connection, worker) = peer.into_parts();
        connection.end_with(ending.descriptor()?);
        let process = Process { worker, killed: None };
        let leash = Arc::new(Leash { process: Mutex::new(process), ending });
        Ok(Self { connection, leash, trays, stderr, notebook })
    }

    /// A child without a process, for tests.
    #[cfg(test)]
    pub(crate) fn only(connection: Connection) -> io::Result<Self> {
        let process = Mutex::new(Process { worker: None, killed: None });
        let ending = Ending::of(std::process::id())?;
        let leash = Arc::new(Leash { process, ending });
        let stderr = Stderr::read(io::pipe()?.0, true)?;
        let (trays, notebook) = (Trays::empty()?.0, Notebook::empty()?.0);
        Ok(Self { connection, leash, trays, stderr, notebook })
    }

    /// Lets a worker that has nothing more to do end by itself.
    pub(crate) fn dismiss(self) {
        drop(self.connection);
        // Taken out of the lock, so that a thread that wants to kill it doesn't have to wait.
        let worker = self.leash.lock().worker.take();
        self.leash.ending.within(GRACE);
        drop(worker);
        self.stderr.wait();
    }

    /// Finds out how a worker has ended whose connection has ended, or which sends `nonsense`. Mostly its
    /// process has ended, too, and that takes no time; otherwise it is killed now.
    pub(crate) fn bury(self, nonsense: bool) -> Ended {
        if nonsense || !self.leash.ending.within(GRACE) {
            self.leash.kill(Killed::Disconnected);
        }
        let (worker, killed) = {
            let mut process = self.leash.lock();
            (process.worker.take(), process.killed)
        };
        let status = worker.and_then(|worker| worker.kill().ok());
        let noted = self.notebook.begun();
        Ended { killed, noted, status, stderr: self.stderr.last_lines() }
    }
}

impl Leash {
    /// Kills the process, unless it is gone already, and notes why. Doesn't wait until it has ended.
    pub(crate) fn kill(&self, why: Killed) {
        let mut process = self.lock();
        if let Some(worker) = &process.worker {
            // As long as nobody has waited for the process, no other one can have its id.
            let id = Pid::from_raw(worker.id().cast_signed());
            if kill(id, Signal::SIGKILL).is_ok() {
                process.killed.get_or_insert(why);
            }
        }
    }

    /// The id of the process, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        let id = self.lock().worker.as_ref().map(Worker::id);
        id.filter(|_| !self.has_ended())
    }

    /// Whether the pool has killed the process.
    pub(crate) fn is_killed(&self) -> bool {
        self.lock().killed.is_some()
    }

    /// Whether the process has ended by now.
    pub(crate) fn has_ended(&self) -> bool {
        self.ending.within(Duration::ZERO)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies what a worker writes to stderr to ours, unless it is to be quiet, and keeps the end of it.
struct Stderr {
    last: Arc<Mutex<VecDeque<u8>>>,
    closed: Receiver<()>,
}

impl Stderr {
    fn read(mut pipe: PipeReader, quiet: bool) -> io::Result<Self> {
        let last = Arc::new(Mutex::new(VecDeque::new()));
        let (end, closed) = channel();
        let kept = Arc::clone(&last);
        thread::Builder::new().name("stderr of a worker".into()).spawn(move || {
            let mut bytes = [0; 1024];
            // Dropped with this thread, which tells `closed` that stderr has ended.
            let _end = end;
            loop {
                let bytes = match pipe.read(&mut bytes) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Ok(0) | Err(_) => break,
                    Ok(length) => &bytes[..length],
                };
                if !quiet {
                    let _ = io::stderr().write_all(bytes);
                }
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(bytes);
                let too_many = kept.len().saturating_sub(BYTES);
                kept.drain(..too_many);
            }
        })?;
        Ok(Self { last, closed })
    }

    /// Waits for the last words. If they don't end in time, nobody knows when they will: a process that
    /// the worker has started may write on.
    fn wait(&self) {
        let _ = self.closed.recv_timeout(LAST_WORDS);
    }

    fn last_lines(self) -> String {
        self.wait();
        let kept = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept.iter().copied().collect::<Vec<_>>())
            .into_owned();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}
