//! What a pool can be told before it starts.

use std::thread;
use std::time::Duration;

use ipc::{Settings, Transport};
use processes::worker::{Error, Program, Work};

use crate::message::HEADERS;

/// What a pool can be told before it starts. [`ProcessPool::of`](super::ProcessPool::of) makes one with
/// the defaults, and [`Options::start`] starts the pool.
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
    /// The defaults for a pool whose workers do this work.
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

    /// The program that the workers run: this one when not told.
    #[must_use]
    pub fn program(self, program: Program) -> Self {
        Self { program, ..self }
    }

    /// How messages travel: through pipes when not told. The system closes a pipe when a worker dies,
    /// pipes are on every Unix, and among the transports of which that is true they are nearly the
    /// fastest. A ring in shared memory notices a death later. And the channels of `ipc-channel` don't
    /// notice it as long as a copy of the worker lives that a task has made by a plain `fork`.
    ///
    /// On Linux, arguments and results from 64 KiB on lie in memory that the pool and the worker share,
    /// which takes two more descriptors for each worker. In a chunk, this holds for all arguments
    /// together, and for the first long result.
    #[must_use]
    pub fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// How many workers there are: at least 1, and 1,024 at most; one for each core when not told.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How many tasks, or chunks of them, may wait for a worker: at least 1; 1,024 when not told. When so
    /// many wait, [`ProcessPool::submit`](super::ProcessPool::submit) waits, too (back-pressure). Whoever
    /// has waited longer goes first.
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        Self { capacity: capacity.max(1), ..self }
    }

    /// How much memory the tasks that wait for a worker may take, in bytes: 64 MiB when not told. That
    /// counts their arguments, and some 256 bytes for each task to remember it by. When they take so
    /// much, [`ProcessPool::submit`](super::ProcessPool::submit) waits, too; but a task that takes more
    /// all by itself is accepted when no other waits. Beside the waiting tasks, each worker has one large
    /// task or a few small ones in hand. On Linux, it also has as much shared memory as its longest
    /// arguments and results have taken, until none has come for a second.
    ///
    /// The results of a [`map`](super::ProcessPool::map) that nobody has taken yet have the same limit, as
    /// far as the last results tell how long the next ones will be.
    #[must_use]
    pub fn capacity_in_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// How long an argument or a result may be, in bytes: 16 MiB when not told, and 2 GiB at most. The
    /// message of a panic has a limit of its own: its first 16 KiB are kept.
    #[must_use]
    pub fn longest(self, longest: usize) -> Self {
        Self { longest: longest.min(2 << 30), ..self }
    }

    /// How often a task is tried whose workers die: at least once; three times when not told. When nobody
    /// can know at first which of several tasks killed a worker, as in a chunk, each task that may have
    /// done it is tried once more, alone.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// How long a task may take, counted from when its worker should begin with it: as long as it likes
    /// when not told. After that, the worker is killed. A chunk may take as many times as long as it has
    /// tasks.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// How many tasks, or chunks of them, a worker does before another worker takes its place: without a
    /// limit when not told. This is for tasks that leave things behind.
    #[must_use]
    pub fn recycle_after(self, tasks: u64) -> Self {
        Self { recycle_after: Some(tasks.max(1)), ..self }
    }

    /// How long to try to replace a worker that has died, when none can be started, or each one ends as
    /// soon as it has started: 30 s when not told. A worker that a task has killed counts as started. When
    /// all keepers have given up, the pool is of no use any more, and says so.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Keeps what the workers write to stderr out of ours; the last lines are in errors only.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    pub(super) fn settings(&self) -> Settings {
        Settings { longest: self.longest + HEADERS, ..Settings::default() }
    }
}
