//! What the pool and its threads share.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::child::{Child, Killed, Leash};
use super::options::Options;
use super::queue::{Queue, Stage};
use super::stock::Stock;
use super::watch::Watch;

/// What the pool and its threads share.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) queue: Queue,
    pub(super) watch: Watch,
    pub(super) stock: Stock,
    /// The leashes of the workers that run, by the numbers of their keepers.
    leashes: Mutex<Vec<Option<Arc<Leash>>>>,
    pub(super) submitted: AtomicU64,
    pub(super) done: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) restarts: AtomicU64,
}

impl Shared {
    pub(super) fn new(options: Options) -> Self {
        Self {
            queue: Queue::new(options.capacity, options.bytes, options.workers),
            watch: Watch::default(),
            stock: Stock::default(),
            leashes: Mutex::new(vec![None; options.workers]),
            submitted: AtomicU64::new(0),
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            options,
        }
    }

    pub(super) fn leashes(&self) -> MutexGuard<'_, Vec<Option<Arc<Leash>>>> {
        self.leashes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a keeper has a worker.
    pub(super) fn join(&self, keeper: usize, child: &Child) {
        self.leashes()[keeper] = Some(Arc::clone(&child.leash));
        // Whoever stops the pool may have looked for workers before this one was there.
        if self.queue.stage() == Stage::Stopping {
            child.leash.kill(Killed::Stopped);
        }
    }

    /// Notes that a keeper has no worker any more.
    pub(super) fn leave(&self, keeper: usize) {
        self.leashes()[keeper] = None;
        self.watch.expect(keeper, None);
    }

    /// Counts so many tasks that have a result, and so many that have failed.
    pub(super) fn count(&self, done: u64, failed: u64) {
        self.done.fetch_add(done, Relaxed);
        if failed > 0 {
            self.failed.fetch_add(failed, Relaxed);
        }
    }
}
