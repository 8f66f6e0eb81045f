//! Who does the work: threads and processes, which are started before anything is measured.

use hybrid_pools::{ProcessPool, Task};
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::Serialize;
use workloads::parts;

use crate::WORK;
use crate::decision::{Failure, seconds};

/// Takes a number, and does nothing with it.
pub const TAKE: Task<u64, ()> = Task::new("take a number", drop);

/// How often a constant is measured that takes little time to measure.
pub(crate) const RUNS: usize = 7;

/// How many things are sent to find out how long one takes.
const MANY: u64 = 16;

/// Threads and processes that have been started already.
pub struct Team {
    /// How many of each there are.
    pub hands: usize,
    /// How many of them can compute at the same time.
    pub cores: usize,
    /// The processes.
    pub processes: ProcessPool,
    /// The threads.
    pub threads: ThreadPool,
}

impl Team {
    /// Starts so many threads and so many processes.
    ///
    /// # Errors
    ///
    /// When the system has no more to spare.
    pub fn of(hands: usize) -> Result<Self, Failure> {
        let hands = hands.max(1);
        Ok(Self {
            hands,
            cores: hands.min(parts::cores()),
            processes: ProcessPool::of(&WORK)?.workers(hands).quiet().start()?,
            threads: ThreadPoolBuilder::new().num_threads(hands).build()?,
        })
    }

    /// How long it takes to send something to a process that takes it and does nothing with it, in
    /// seconds, when many such things are sent. A single thing takes longer, because then the two sides
    /// wait for each other again and again.
    ///
    /// # Errors
    ///
    /// When the pool has no process any more, or refuses such a thing.
    pub fn sending<A: Serialize>(
        &self,
        take: &Task<A, ()>,
        thing: impl Fn() -> A,
    ) -> Result<f64, Failure> {
        let many = seconds(3, || {
            let mut taken = self.processes.map(take, (0..MANY).map(|_| thing()));
            Ok(taken.try_for_each(|taken| taken)?)
        })?;
        Ok(many / MANY as f64)
    }

    /// How long it takes to send a number to a process, in seconds, when many are sent.
    ///
    /// # Errors
    ///
    /// When the pool has no process any more.
    pub fn message(&self) -> Result<f64, Failure> {
        self.sending(&TAKE, || 7)
    }
}
