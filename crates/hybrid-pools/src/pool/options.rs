//! How a pool shall be.

use std::thread;
use std::time::Duration;

use ipc::{Settings, Transport};
use processes::worker::{Error, Program, Work};

use crate::message::HEADERS;

/// How a pool shall be.
pub struct Options {
    pub(super) program: Program,
    pub(super) work: &'static str,
    pub(super) transport: Transport,
    pub(super) workers: usize,
    pub(super) capacity: usize,
    pub(super) bytes: usize,
    pub(super) longest: usize,
    pub(super) attempts: u32,
    pub(super) deadline: Option<Duration>,
    pub(super) recycle_after: Option<u64>,
    pub(super) patience: Duration,
    pub(super) quiet: bool,
}

impl Options {
    /// Those of a pool whose workers do this work, when nothing else is told.
    pub(super) fn of(work: &Work) -> Result<Self, Error> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            program: Program::this()?,
            work: work.name,
            transport: Transport::Pipes,
            workers: cores,
            capacity: 1_024,
            bytes: 64 << 20,
            longest: 16 << 20,
            attempts: 3,
            deadline: None,
            recycle_after: None,
            patience: Duration::from_secs(30),
            quiet: false,
        })
    }

    /// The program that its workers run, when it is not this one.
    #[must_use]
    pub fn program(self, program: Program) -> Self {
        Self { program, ..self }
    }

    /// How the messages travel: through pipes when not told. The system closes them when a worker dies,
    /// they are on every Unix, and among those they are nearly the fastest. A ring in shared memory
    /// notices a death later; and the channels of `ipc-channel` don't as long as a copy lives that a
    /// task has made of its process, by a plain `fork`.
    ///
    /// On Linux, what is longer than 64 KiB lies in memory that the pool and the worker share, and the
    /// message says so: two descriptors more for each worker. In a chunk, that is all arguments, and the
    /// first long result.
    #[must_use]
    pub fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// How many workers: at least 1, and 1,024 at most; one for each core when not told.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How many tasks, or chunks of them, may wait for a worker: at least 1; 1,024 when not told. With
    /// as many, [`ProcessPool::submit`](super::ProcessPool::submit) waits (back-pressure); whoever has
    /// waited longer goes first.
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        Self { capacity: capacity.max(1), ..self }
    }

    /// How much memory the tasks may take that wait for a worker, in bytes: 64 MiB when not told. That
    /// is their arguments, and some 256 bytes for each to remember it by. With as much,
    /// [`ProcessPool::submit`](super::ProcessPool::submit) waits, too; but a task that alone takes more is accepted when no other
    /// waits. Beside these, each worker has one large task or a few small ones in hand, and on Linux as
    /// much shared memory as its longest arguments and results have taken, until none comes for a second.
    ///
    /// The results of a [`map`](super::ProcessPool::map) that nobody has taken yet have the same limit, as far
    /// as those that came last tell how long the next ones will be.
    #[must_use]
    pub fn capacity_in_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// How long an argument or a result may be, in bytes: 16 MiB when not told, and no more than
    /// 2 GiB. What a task says when it panics has a limit of its own: the first 16 KiB are kept.
    #[must_use]
    pub fn longest(self, longest: usize) -> Self {
        Self { longest: longest.min(2 << 30), ..self }
    }

    /// How often a task is tried whose workers die: at least once; three times when not told. When nobody
    /// can know at first which of some it was, as in a chunk, each that it can have been is tried once
    /// more, alone.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// How long a task may take, from when its worker should begin with it. Then the worker is killed.
    /// A chunk of tasks may take as often as long. As long as it likes, when not told.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// How many tasks, or chunks of them, a worker does before another one takes its place: for tasks
    /// that leave things behind. As many as there are, when not told.
    #[must_use]
    pub fn recycle_after(self, tasks: u64) -> Self {
        Self { recycle_after: Some(tasks.max(1)), ..self }
    }

    /// How long to try to replace a worker that has died, when none can be started, or each that starts
    /// ends at once: 30 s when not told. A worker that a task has killed did start. When that holds for
    /// all of them, the pool is of no use any more, and says so.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// What the workers write to stderr goes nowhere, except into errors.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings { longest: self.longest + HEADERS, ..Settings::default() }
    }
}
