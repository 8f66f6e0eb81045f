//! A pool of processes: each of its workers is kept by a thread of ours, which gives it tasks and
//! takes the results; when the worker dies, that thread starts another one.
//!
//! * `pool/queue.rs`: what waits to be done; `pool/reply.rs`: where its outcome goes.
//! * `pool/keeper.rs`: the thread that keeps a worker; `pool/blame.rs`: who killed it.
//! * `pool/child.rs`: the worker's process, and how it is killed.
//! * `pool/watch.rs`: kills who is late; `pool/shared.rs`: what all these threads share.
//! * `pool/bytes.rs`: arguments and results; `pool/stock.rs`: large buffers, which are used again.
//! * `pool/options.rs`: how a pool shall be.
//! * here: how a pool is made, and ended; [`handle`] and [`map`]: how tasks are handed in.

mod blame;
mod bytes;
mod child;
pub mod handle;
mod keeper;
pub mod map;
mod options;
mod queue;
mod reply;
mod shared;
mod stock;
mod watch;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};

use processes::worker::Work;
use serde::Serialize;

use crate::error::{Rejected, StartError};
use crate::task::Task;
use bytes::Bytes;
use child::Killed;
use handle::Handle;
use map::Map;
pub use options::Options;
use queue::{Item, Job, Stage};
use reply::{Call, Reply};
use shared::Shared;
use stock::Stock;

/// More workers than this are a slip of the finger: the system might start so many, and do nothing
/// else any more.
const MOST_WORKERS: usize = 1_024;

impl Options {
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
        let shared = Arc::new(Shared::new(self));
        let mut pool = ProcessPool { shared, threads: Vec::new() };
        let (say, started) = channel();
        for number in 0..workers {
            let (shared, say) = (Arc::clone(&pool.shared), say.clone());
            let keeper = thread::Builder::new().name("keeper of a worker".into());
            let keeper = keeper.spawn(move || keeper::keep(&shared, number, say))?;
            pool.threads.push(keeper);
        }
        drop(say);
        let shared = Arc::clone(&pool.shared);
        let watch = thread::Builder::new().name("watch workers".into());
        pool.threads.push(watch.spawn(move || shared.watch.run())?);
        for _ in 0..workers {
            let panicked = || StartError::System(io::Error::other("a thread panicked"));
            started.recv().unwrap_or_else(|_| Err(panicked()))?;
        }
        Ok(pool)
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
/// waited for: if something is wrong with it, as long as its [`Program`](processes::worker::Program) is
/// patient (10 s when not told), and 20 s more for the connection with it.
/// [`ProcessPool::shutdown`] lets the pool finish.
pub struct ProcessPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ProcessPool {
    /// A pool whose workers do this work, which calls [`serve`](crate::serving::serve).
    ///
    /// # Errors
    ///
    /// When the system doesn't tell where the program of this process is.
    pub fn of(work: &Work) -> Result<Options, StartError> {
        Ok(Options::of(work)?)
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
        Ok(Handle::new(call, &self.shared))
    }

    /// An argument as bytes.
    pub(crate) fn bytes_of(&self, argument: &impl Serialize) -> Result<Bytes, Rejected> {
        let bytes =
            self.shared.stock.write(argument).map_err(|error| {
                Rejected::Unserializable { reason: error.to_string() }
            })?;
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

    pub(crate) fn stock(&self) -> &Stock {
        &self.shared.stock
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
