//! A pool of processes: each of its workers is kept by a thread of ours, which gives it tasks and
//! takes the results; when the worker dies, that thread starts another one.
//!
//! * `pool/queue.rs`: what waits to be done; `pool/reply.rs`: where its outcome goes.
//! * `pool/keeper.rs`: the thread that keeps a worker; `pool/blame.rs`: who killed it.
//! * `pool/child.rs`: the worker's process, and how it is killed; `pool/ending.rs`: its end.
//! * `pool/watch.rs`: kills who is late.
//! * here: how a pool is made, and ended; [`handle`] and [`map`]: how tasks are handed in.

mod blame;
mod child;
mod ending;
pub mod handle;
mod keeper;
pub mod map;
mod queue;
mod reply;
mod watch;

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ipc::{Settings, Transport};
use processes::worker::{Program, Work};
use serde::Serialize;

use crate::error::{Rejected, StartError};
use crate::message::HEADERS;
use crate::task::{Failed, Task};
use child::{Child, Killed, Leash};
use handle::Handle;
use map::Map;
use queue::{Item, Job, Queue, Stage};
use reply::{Call, Reply};
use watch::Watch;

/// More workers than this are a slip of the finger: the system might start so many, and do nothing
/// else any more.
const MOST_WORKERS: usize = 1_024;

/// How a pool shall be.
pub struct Options {
    pub(crate) program: Program,
    pub(crate) work: &'static str,
    pub(crate) transport: Transport,
    workers: usize,
    capacity: usize,
    bytes: usize,
    pub(crate) longest: usize,
    pub(crate) attempts: u32,
    pub(crate) deadline: Option<Duration>,
    pub(crate) recycle_after: Option<u64>,
    pub(crate) patience: Duration,
    pub(crate) quiet: bool,
}

impl Options {
    /// The program that its workers run, when it is not this one.
    #[must_use]
    pub fn program(self, program: Program) -> Self {
        Self { program, ..self }
    }

    /// How the messages travel: through pipes when not told. The system closes them when a worker dies,
    /// they are on every Unix, and among those they are nearly the fastest. A ring in shared memory
    /// notices a death later; and the channels of `ipc-channel` don't as long as a copy lives that a
    /// task has made of its process, by a plain `fork`.
    #[must_use]
    pub fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// How many workers: at least 1, and 1,024 at most; one for each core when not told.
    #[must_use]
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How many tasks may wait for a worker: at least 1; 1,024 when not told. With as many,
    /// [`ProcessPool::submit`] waits (back-pressure).
    #[must_use]
    pub fn capacity(self, capacity: usize) -> Self {
        Self { capacity: capacity.max(1), ..self }
    }

    /// How much memory the tasks may take that wait for a worker, in bytes: 64 MiB when not told. That
    /// is their arguments, and some 256 bytes for each to remember it by. With as much,
    /// [`ProcessPool::submit`] waits, too; but a task that alone takes more is accepted when no other
    /// waits. Beside these, each worker has one large task or a few small ones in hand.
    ///
    /// The results of a [`map`](ProcessPool::map) that nobody has taken yet have the same limit, as far
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

    /// Starts the workers, and waits until all of them are ready.
    ///
    /// # Errors
    ///
    /// When one of them can't be started, the others being ended then; or when they are too many.
    pub fn start(self) -> Result<ProcessPool, StartError> {
        let (workers, most) = (self.workers, MOST_WORKERS);
        if workers > most {
            return Err(StartError::TooMany { workers, most });
        }
        let queue = Queue::new(self.capacity, self.bytes, workers);
        let shared = Arc::new(Shared {
            queue,
            watch: Watch::default(),
            leashes: Mutex::new(vec![None; workers]),
            submitted: AtomicU64::new(0),
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            options: self,
        });
        let mut pool = ProcessPool { shared, threads: Vec::new() };
        let (say, started) = channel();
        for number in 0..pool.shared.options.workers {
            let (shared, say) = (Arc::clone(&pool.shared), say.clone());
            let keeper = thread::Builder::new().name("keeper of a worker".into());
            let keeper = keeper.spawn(move || keeper::keep(&shared, number, say))?;
            pool.threads.push(keeper);
        }
        drop(say);
        let shared = Arc::clone(&pool.shared);
        let watch = thread::Builder::new().name("watch workers".into());
        pool.threads.push(watch.spawn(move || shared.watch.run())?);
        for _ in 0..pool.shared.options.workers {
            let panicked = || StartError::System(io::Error::other("a thread panicked"));
            started.recv().unwrap_or_else(|_| Err(panicked()))?;
        }
        Ok(pool)
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings { longest: self.longest + HEADERS, ..Settings::default() }
    }
}

/// What the pool and its threads share.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) queue: Queue,
    pub(crate) watch: Watch,
    /// Of the workers that run.
    leashes: Mutex<Vec<Option<Arc<Leash>>>>,
    submitted: AtomicU64,
    done: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) restarts: AtomicU64,
}

impl Shared {
    fn leashes(&self) -> std::sync::MutexGuard<'_, Vec<Option<Arc<Leash>>>> {
        self.leashes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A keeper has a worker.
    pub(crate) fn join(&self, keeper: usize, child: &Child) {
        self.leashes()[keeper] = Some(Arc::clone(&child.leash));
        // Whoever stops the pool has looked for workers already.
        if self.queue.stage() == Stage::Stopping {
            child.leash.kill(Killed::Stopped);
        }
    }

    /// It has none any more.
    pub(crate) fn leave(&self, keeper: usize) {
        self.leashes()[keeper] = None;
        self.watch.expect(keeper, None);
    }

    pub(crate) fn count(&self, result: &Result<Vec<u8>, Failed>) {
        let counter = if result.is_ok() { &self.done } else { &self.failed };
        counter.fetch_add(1, Relaxed);
    }
}

/// What a pool has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Tasks that were accepted.
    pub submitted: u64,
    /// Tasks that have a result.
    pub done: u64,
    /// Tasks that failed: they panicked, or their workers died.
    pub failed: u64,
    /// Jobs that wait for a worker.
    pub waiting: usize,
    /// How much memory they take, about, in bytes.
    pub bytes: usize,
    /// Workers that died, and were replaced.
    pub restarts: u64,
    /// Workers that there are, or will be as soon as they can be started.
    pub workers: usize,
}

/// A pool of processes that survives the death of its workers.
///
/// A task that has a result was run *at least once*: again, on another worker, if its worker died, up to
/// the number of [attempts](Options::attempts). Whatever happens, there is exactly one outcome: its
/// result or an error. So a task that changes something outside of its process should not mind being done twice.
///
/// Short tasks are given to a worker some at a time. So a short one may wait behind one that takes
/// unexpectedly long, and can't be cancelled then.
///
/// A task may start other programs, and may make a copy of its process, by a plain `fork`. A copy may
/// live longer than the worker, and the pool doesn't wait for it; if it comes back from the task, it
/// ends. What else a task leaves behind, a thread for instance, may kill the worker while another task
/// is at work, which is blamed then: let such workers be [replaced](Options::recycle_after).
///
/// Dropping the pool ends it at once: what runs is killed. Only a worker that is just being started is
/// waited for, ten seconds at most if something is wrong with it. [`ProcessPool::shutdown`] lets the pool
/// finish.
pub struct ProcessPool {
    pub(crate) shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ProcessPool {
    /// A pool whose workers do this work, which calls [`serve`](crate::serving::serve).
    ///
    /// # Errors
    ///
    /// When the system doesn't tell where the program of this process is.
    pub fn of(work: &Work) -> Result<Options, StartError> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Ok(Options {
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

    /// Hands in a call of `task`. Waits for room when too many wait already.
    ///
    /// # Errors
    ///
    /// When the argument is too long or can't be written, or no worker is left.
    pub fn submit<A: Serialize, R>(
        &self,
        task: &Task<A, R>,
        argument: &A,
    ) -> Result<Handle<R>, Rejected> {
        self.hand_in(task, argument, true)
    }

    /// The same, but doesn't wait.
    ///
    /// # Errors
    ///
    /// As [`ProcessPool::submit`]; and when too many wait already.
    pub fn try_submit<A: Serialize, R>(
        &self,
        task: &Task<A, R>,
        argument: &A,
    ) -> Result<Handle<R>, Rejected> {
        self.hand_in(task, argument, false)
    }

    fn hand_in<A: Serialize, R>(
        &self,
        task: &Task<A, R>,
        argument: &A,
        wait: bool,
    ) -> Result<Handle<R>, Rejected> {
        let argument = self.bytes_of(argument)?;
        let call = Arc::<Call>::default();
        let item = Item::new(argument, Reply::to_call(&call));
        self.push(Job::new(task.name(), [item]), wait)?;
        Ok(Handle::new(call))
    }

    /// An argument as bytes.
    pub(crate) fn bytes_of(
        &self,
        argument: &impl Serialize,
    ) -> Result<Vec<u8>, Rejected> {
        let bytes = postcard::to_stdvec(argument)
            .map_err(|error| Rejected::Unserializable { reason: error.to_string() })?;
        let (length, longest) = (bytes.len(), self.shared.options.longest);
        if length > longest {
            return Err(Rejected::TooLong { length, longest });
        }
        Ok(bytes)
    }

    pub(crate) fn push(&self, job: Job, wait: bool) -> Result<(), Rejected> {
        let items = job.items.len() as u64;
        self.shared.queue.push(job, wait)?;
        self.shared.submitted.fetch_add(items, Relaxed);
        Ok(())
    }

    /// Calls `task` with each of the `arguments`; the results come in the same order. Arguments are
    /// taken as there is room for them, so there may be any number.
    pub fn map<'p, A: Serialize, R, I: IntoIterator<Item = A>>(
        &'p self,
        task: &Task<A, R>,
        arguments: I,
    ) -> Map<'p, R, I::IntoIter> {
        Map::new(self, task.name(), arguments.into_iter())
    }

    /// What it has done so far.
    pub fn progress(&self) -> Progress {
        let shared = &self.shared;
        Progress {
            submitted: shared.submitted.load(Relaxed),
            done: shared.done.load(Relaxed),
            failed: shared.failed.load(Relaxed),
            waiting: shared.queue.len(),
            bytes: shared.queue.bytes(),
            restarts: shared.restarts.load(Relaxed),
            workers: shared.queue.keepers(),
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.shared.options.capacity
    }

    pub(crate) fn capacity_in_bytes(&self) -> usize {
        self.shared.options.bytes
    }

    pub(crate) fn workers(&self) -> usize {
        self.shared.options.workers
    }

    pub(crate) fn longest(&self) -> usize {
        self.shared.options.longest
    }

    /// The processes that run at this moment.
    pub fn worker_ids(&self) -> Vec<u32> {
        let leashes = self.shared.leashes();
        leashes.iter().flatten().filter_map(|leash| leash.id()).collect()
    }

    /// Lets it finish what it was given, and ends it.
    pub fn shutdown(mut self) {
        self.shared.queue.enter(Stage::Finishing);
        let watch = self.threads.pop();
        for keeper in self.threads.drain(..) {
            // It can only have panicked, and the panic was printed then.
            let _ = keeper.join();
        }
        self.threads.extend(watch);
    }
}

impl Drop for ProcessPool {
    fn drop(&mut self) {
        self.shared.queue.enter(Stage::Stopping);
        let leashes: Vec<_> = self.shared.leashes().iter().flatten().cloned().collect();
        for leash in leashes {
            leash.kill(Killed::Stopped);
        }
        self.shared.watch.end();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
