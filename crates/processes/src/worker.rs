//! A worker: a process that runs this same program and does one kind of work for its
//! parent.
//!
//! * `worker/entry.rs`: how a program becomes a worker, [`entry`], and ends with its
//!   parent.
//! * `worker/link.rs`: how the two talk, [`Link`]; [`descriptors`] can travel, too.
//! * `worker/ending.rs`: how to wait for a process to end, or for something else, whichever
//!   comes first, [`Ending`].
//! * `worker/group.rs`: how a worker's children end with it.
//! * `worker/serving.rs`: a worker that forks others for its parent.
//! * here: how the parent starts, asks and ends a worker, [`Worker`].
//!
//! The link is a pair of connected sockets. The worker gets its end as stdin, so its
//! stdout and stderr stay what they are in the parent. The worker speaks first, with a
//! greeting; until that comes, the program may be anything, and the parent doesn't wait for
//! ever. All descriptors are closed on exec, so no worker that is started anew holds the link
//! of another.
//!
//! Only a process that a worker has forked, without exec, holds the worker's link, too, and it may
//! live longer than the worker. So a parent waits for the link or for the worker's end, whichever
//! comes first (on Linux; elsewhere for the link alone).

mod by_fork;
pub mod descriptors;
mod ending;
mod entry;
mod error;
mod greeting;
mod group;
mod link;
mod process;
#[cfg(target_os = "linux")]
pub(crate) mod serving;

use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(target_os = "linux")]
use crate::forking::fork;
use crate::terminal;

pub use ending::Ending;
use entry::WORKER;
#[cfg(target_os = "linux")]
use entry::run;
pub use entry::{Work, answer, answer_with_one_thread, end_with_parent, entry};
pub use error::{Error, remedy};
pub(crate) use greeting::{Heard, hear};
pub use link::Link;
pub(crate) use process::Process;

/// How long a worker may take until it is ready, unless [`Program::patience`] says otherwise: far
/// longer than it needs, for the sake of a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to start workers: which program, and how patiently.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    patience: Duration,
    quiet: bool,
    by_fork: bool,
    stdout: Option<OwnedFd>,
    terminal: Option<OwnedFd>,
}

impl Program {
    /// The program that calls this. Its `main` must begin with [`entry`].
    ///
    /// # Errors
    ///
    /// When the system doesn't say where the program is.
    pub fn this() -> Result<Self, Error> {
        let program = std::env::current_exe().map_err(|source| Error::Start {
            program: "of this process".into(),
            source,
        })?;
        Ok(Self::at(program))
    }

    /// The program at `path`. Its `main` must begin with [`entry`].
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
            patience: PATIENCE,
            quiet: false,
            by_fork: false,
            stdout: None,
            terminal: None,
        }
    }

    /// Adds an argument for the program, before those that make it a worker.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets how long a worker may take until it is ready: 10 s by default.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// How long a worker may take until it is ready.
    #[cfg(target_os = "linux")]
    pub(crate) fn how_patiently(&self) -> Duration {
        self.patience
    }

    /// Drops what the workers write to stderr, for workers that are expected to fail.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// Sends what the workers print to `stdout`, and not to where this program prints.
    #[must_use]
    pub fn stdout(self, stdout: impl Into<OwnedFd>) -> Self {
        Self { stdout: Some(stdout.into()), ..self }
    }

    /// Starts the workers in the terminal with this screen, see [`terminal`]. There can be only one
    /// such worker at a time, since each needs a session, and a terminal belongs to one session.
    #[must_use]
    pub fn terminal(self, screen: impl Into<OwnedFd>) -> Self {
        Self { terminal: Some(screen.into()), ..self }
    }

    /// Starts the workers by fork and exec, as programs did before there was posix_spawn. The
    /// book compares the two; there is no other reason to use this.
    #[must_use]
    pub fn by_fork(self) -> Self {
        Self { by_fork: true, ..self }
    }

    /// Starts a worker for `work` and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When the program can't be started, or is not ready in time, or is no worker, or
    /// doesn't know this work.
    pub fn start(&self, work: &str) -> Result<Worker, Error> {
        self.spawn(work)?.ready(&self.path, self.patience)
    }

    /// Starts `count` workers for `work`, all at once, and waits until they are ready.
    ///
    /// # Errors
    ///
    /// As [`Program::start`]. Workers that have been started by then are ended.
    pub fn start_all(&self, work: &str, count: usize) -> Result<Vec<Worker>, Error> {
        self.afford(count)?;
        let started: Vec<_> =
            (0..count).map(|_| self.spawn(work)).collect::<Result<_, _>>()?;
        started
            .into_iter()
            .map(|worker| worker.ready(&self.path, self.patience))
            .collect()
    }

    /// Refuses to start more workers than there can be: each takes a descriptor of this process.
    /// Without this check, the error would come only after the last possible one has started.
    fn afford(&self, count: usize) -> Result<(), Error> {
        let limit = getrlimit(Resource::RLIMIT_NOFILE).map(|(limit, _)| limit);
        match limit {
            Ok(limit) if count as u64 > limit => Err(Error::Start {
                program: self.path.clone(),
                source: Errno::EMFILE.into(),
            }),
            _ => Ok(()),
        }
    }

    /// Starts a worker without waiting for its greeting.
    // ANCHOR: spawn
    fn spawn(&self, work: &str) -> Result<Worker, Error> {
        let start = || {
            entry::must_have_run()?;
            let (link, theirs) = Link::pair()?;
            let child = self.command(work, theirs)?.spawn()?;
            Ok(Worker { process: child.into(), link, work: work.into() })
        };
        start().map_err(|source| Error::Start { program: self.path.clone(), source })
    }

    fn command(&self, work: &str, link: UnixStream) -> io::Result<Command> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).args([WORKER, work]).stdin(OwnedFd::from(link));
        self.adjust(&mut command)?;
        Ok(command)
    }
    // ANCHOR_END: spawn

    fn adjust(&self, command: &mut Command) -> io::Result<()> {
        if self.quiet {
            // Nobody would see a backtrace, and the search for its lines can take long.
            command.stderr(Stdio::null()).env("RUST_BACKTRACE", "0");
        }
        if self.by_fork {
            by_fork::fork_before_exec(command);
        }
        if let Some(stdout) = &self.stdout {
            command.stdout(stdout.try_clone()?);
        }
        if let Some(screen) = &self.terminal {
            terminal::move_in(command, screen.try_clone()?);
        }
        Ok(())
    }
}

/// A child process that works for us.
///
/// Dropping it kills the process and waits for its end, so that no process is left over. However
/// the worker ends, all processes that it has started end with it, except those that have left its
/// process group.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    link: Link,
    work: String,
}

impl Worker {
    /// Starts this program anew as a worker for `work` and waits until it is ready.
    ///
    /// # Errors
    ///
    /// As [`Program::start`].
    pub fn start(work: &Work) -> Result<Self, Error> {
        Program::this()?.start(work.name)
    }

    /// Forks this process. The child does `work` without starting the program anew; it is ready
    /// when this returns.
    ///
    /// # Errors
    ///
    /// When this process has other threads, or the system has no process to spare, and as
    /// [`Program::start`].
    #[cfg(target_os = "linux")]
    pub fn fork(work: &Work) -> Result<Self, Error> {
        let program = || "a fork of this process".into();
        let start = || {
            let (link, theirs) = Link::pair()?;
            let mut ours = Some(link);
            let forked = fork(|| {
                // The child's copy of our end would keep the link open after we have ended.
                ours.take();
                run(work.name, &[*work], Link::new(theirs))
            })?;
            let link = ours.expect("only the child takes it");
            Ok(Self::new(forked.into(), link, work.name))
        };
        let worker: Self =
            start().map_err(|source| Error::Start { program: program(), source })?;
        worker.ready(&program(), PATIENCE)
    }

    /// A worker that runs already and whose greeting nobody has read yet.
    #[cfg(target_os = "linux")]
    pub(crate) fn new(process: Process, link: Link, work: &str) -> Self {
        Self { process, link, work: work.into() }
    }

    /// Waits for the greeting, no longer than `patience`.
    pub(crate) fn ready(
        mut self,
        program: &Path,
        patience: Duration,
    ) -> Result<Self, Error> {
        let program = || program.to_path_buf();
        // A patience so long that the deadline overflows means no deadline.
        let deadline = Instant::now().checked_add(patience);
        let ending = self.ending();
        match hear(&mut self.link, deadline, ending.as_ref()) {
            Heard::Greeting { ready, .. } => {
                ready.map(|()| self).map_err(|reason| Error::Refused { reason })
            }
            Heard::Garbage(said) => Err(Error::Garbage { program: program(), said }),
            Heard::Gone => {
                Err(Error::Unready { program: program(), status: self.end()? })
            }
            Heard::Silence => Err(Error::Silent { program: program(), patience }),
            Heard::Nothing(error) => Err(self.failed(error)),
        }
    }

    /// The id of the worker's process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The end of the worker's process, to wait for beside the link. It is made for each wait, and
    /// not kept, since a parent of many workers may run out of descriptors. `None` when there is no
    /// descriptor for it; then the link alone has to do.
    fn ending(&self) -> Option<Ending> {
        // Once the process is over, its number may belong to another one.
        (!self.process.is_over()).then(|| Ending::if_cheap(self.id()))?
    }

    /// The link to the worker.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Sends the worker a question. Waits while the worker is so far behind that the system won't
    /// hold any more for it.
    ///
    /// # Errors
    ///
    /// When the worker has ended.
    pub fn send(&mut self, question: &impl Serialize) -> Result<(), Error> {
        let ending = self.ending();
        let sent = self.link.send_while(question, ending.as_ref());
        sent.map_err(|error| self.failed(error))
    }

    /// Waits for the worker's answer.
    ///
    /// # Errors
    ///
    /// When the worker ends without an answer, or the answer is of another type.
    pub fn receive<Answer: DeserializeOwned>(&mut self) -> Result<Answer, Error> {
        let ending = self.ending();
        let answer = self.link.receive_while(None, ending.as_ref());
        self.answer(answer)
    }

    /// Waits for the worker's answer, but no longer than `patience`.
    ///
    /// # Errors
    ///
    /// When the worker ends without an answer, or the answer is of another type. When no answer
    /// comes in time: then the worker is killed, too.
    pub fn receive_within<Answer: DeserializeOwned>(
        &mut self,
        patience: Duration,
    ) -> Result<Answer, Error> {
        let (deadline, ending) = (Instant::now().checked_add(patience), self.ending());
        let answer = self.link.receive_while(deadline, ending.as_ref());
        if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::TimedOut) {
            self.end()?;
            return Err(Error::Late { work: self.work.clone(), patience });
        }
        self.answer(answer)
    }

    /// Sends the worker a question and waits for the answer.
    ///
    /// # Errors
    ///
    /// As [`Worker::send`] and [`Worker::receive`].
    pub fn ask<Answer: DeserializeOwned>(
        &mut self,
        question: &impl Serialize,
    ) -> Result<Answer, Error> {
        self.send(question)?;
        self.receive()
    }

    /// Tells the worker that no more questions will come, and waits until it has ended. Answers
    /// that nobody has read are dropped.
    ///
    /// # Errors
    ///
    /// When the worker ended in any other way than by returning from its work.
    // ANCHOR: join
    pub fn join(mut self) -> Result<(), Error> {
        // An error means that the worker has ended already; `wait` below says how.
        let _ = self.link.stream().shutdown(Shutdown::Write);
        // Read whatever is left: a worker that is stuck writing an answer would never end.
        let ending = self.ending();
        self.link.drain_while(ending.as_ref());
        match self.process.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Error::Lost { work: self.work.clone(), status }),
            Err(error) => Err(self.failed(error)),
        }
    }
    // ANCHOR_END: join

    /// Kills the worker, whatever it is doing, and waits until it has ended. Returns how it
    /// ended: by our signal, unless it had ended before that came.
    ///
    /// # Errors
    ///
    /// When the system can't kill it or doesn't say how it ended.
    // ANCHOR: kill
    pub fn kill(mut self) -> Result<ExitStatus, Error> {
        self.end()
    }

    fn end(&mut self) -> Result<ExitStatus, Error> {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        // A process that the worker has forked may hold the other end; it sees the link close.
        let _ = self.link.stream().shutdown(Shutdown::Both);
        ended.map_err(|source| Error::Link { work: self.work.clone(), source })
    }
    // ANCHOR_END: kill

    fn answer<Answer>(
        &mut self,
        answer: io::Result<Option<Answer>>,
    ) -> Result<Answer, Error> {
        match answer {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(self.lost()),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&mut self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::BrokenPipe => self.lost(),
            _ => {
                let ended = self.end();
                let link = Error::Link { work: self.work.clone(), source: error };
                ended.map_or_else(|error| error, |_| link)
            }
        }
    }

    /// The error for a closed link. A worker closes it only by ending, so `end` finds out how.
    fn lost(&mut self) -> Error {
        match self.end() {
            Ok(status) => Error::Lost { work: self.work.clone(), status },
            Err(error) => error,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // If neither is possible, there is nothing left to kill or to wait for.
        let _ = self.end();
    }
}
