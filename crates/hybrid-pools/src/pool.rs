//! A pool of processes. Each of its workers is kept by a thread of ours, the worker's *keeper*, which
//! gives it tasks and takes the results. When the worker dies, the keeper starts another one.
//!
//! * `pool/queue.rs`: the jobs that wait; `pool/reply.rs`: where the outcome of each item goes.
//! * `pool/keeper.rs`: the thread that keeps a worker; `pool/blame.rs`: which task has killed a worker.
//! * `pool/child.rs`: the worker's process, and how it is killed.
//! * `pool/watch.rs`: kills workers that take too long; `pool/shared.rs`: what all these threads share.
//! * `pool/bytes.rs`: arguments and results; `pool/stock.rs`: large buffers, which are used again.
//! * `pool/options.rs`: what a pool can be told before it starts.
//! * here: how a pool is started, and ended; [`handle`] and [`map`]: how tasks are handed in.

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

/// The most workers that a pool may have. More than this are a slip of the finger: the system might
/// start so many, and then do nothing else any more.
const MOST_WORKERS: usize = 1_024;

impl Options {
    /// Starts the workers, and waits until all of them are ready.
    ///
    /// # Errors
    ///
    /// When they are too many, or when one of them can't be started; the others are ended then.
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

/// What a pool has done so far, and what it still has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Tasks that were accepted.
    pub submitted: u64,
    /// Tasks that have a result.
    pub done: u64,
    /// Tasks that failed, mostly because they panicked or their workers died.
    pub failed: u64,
    /// Jobs that wait for a worker: single tasks, or chunks of them.
    pub waiting: usize,
    /// How much memory the waiting jobs take, about, in bytes.
    pub bytes: usize,
    /// Workers that died and were replaced.
    pub restarts: u64,
    /// Workers that run, or will run as soon as they can be started.
    pub workers: usize,
}

/// A pool of processes that survives the death of its workers.
///
/// A task that has a result was run *at least once*: if its worker died, it was run again on another one,
/// up to the number of [attempts](Options::attempts). Whatever happens, there is exactly one outcome: a
/// result or an error. So a task that changes something outside of its process has to allow for being
/// run twice.
///
/// A worker gets several short tasks at a time. So a short task may wait behind one that takes
/// unexpectedly long, and as soon as the worker has it, it can't be cancelled.
///
/// A task may start other programs, and may make a copy of its process by a plain `fork`. The copy may
/// live longer than the worker, and the pool doesn't wait for it; a copy that comes back from the task
/// ends there. What else a task leaves behind, a thread for instance, may kill the worker while another
/// task runs, and then that other task is blamed. Let such workers be [replaced](Options::recycle_after).
///
/// Dropping the pool ends it at once: tasks that run are killed. Only a worker that is just being started
/// is waited for. If something is wrong with that worker, this takes as long as its
/// [`Program`](processes::worker::Program) is patient (10 s when not told), and 20 s more for the
/// connection. [`ProcessPool::shutdown`] lets the pool finish its tasks first.
pub struct ProcessPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ProcessPool {
    /// The options of a pool whose workers do this work, which has to call
    /// [`serve`](crate::serving::serve). [`Options::start`] starts the pool.
    ///
    /// # Errors
    ///
    /// When the system doesn't tell where the program of this process is.
    pub fn of(work: &Work) -> Result<Options, StartError> {
        Ok(Options::of(work)?)
    }

    /// Hands in a call of `task`, and returns a handle for its result. Waits for room when too many
    /// calls wait already.
    ///
    /// # Errors
    ///
    /// When the argument is too long or can't be written as bytes; when no worker is left, and none can
    /// be started.
    pub fn submit<A: Serialize, R>(
        &self,
        task: &Task<A, R>,
        argument: &A,
    ) -> Result<Handle<R>, Rejected> {
        self.hand_in(task, argument, true)
    }

    /// Like [`ProcessPool::submit`], but never waits for room.
    ///
    /// # Errors
    ///
    /// As [`ProcessPool::submit`]; and when too many calls wait already, [`Rejected::Full`] or
    /// [`Rejected::Heavy`].
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

    /// An argument as bytes, if the pool takes so many.
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

    /// Calls `task` with each of the `arguments`, and returns an iterator over the results, in the same
    /// order. Arguments are only taken as there is room for them, so there may be any number.
    pub fn map<'p, A: Serialize, R, I: IntoIterator<Item = A>>(
        &'p self,
        task: &Task<A, R>,
        arguments: I,
    ) -> Map<'p, R, I::IntoIter> {
        Map::new(self, task.name(), arguments.into_iter())
    }

    /// What the pool has done so far.
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

    /// The ids of the workers' processes that run at this moment.
    pub fn worker_ids(&self) -> Vec<u32> {
        let leashes = self.shared.leashes();
        leashes.iter().flatten().filter_map(|leash| leash.id()).collect()
    }

    /// Lets the pool finish the tasks that it was given, and then ends it.
    pub fn shutdown(mut self) {
        self.shared.queue.enter(Stage::Finishing);
        let watch = self.threads.pop();
        for keeper in self.threads.drain(..) {
            // An error means that the keeper panicked, and the panic was printed then.
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
