//! Who does the work.

use hybrid_pools::{ProcessPool, Task};
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::Serialize;
use workloads::parts;

use crate::WORK;
use crate::decision::{Failure, seconds};

/// Takes a number, and does nothing with it.
pub const TAKE: Task<u64, ()> = Task::new("take a number", drop);

/// How often a constant is measured that is soon measured.
pub(crate) const RUNS: usize = 7;

/// How many things travel to find out how long one takes.
const MANY: u64 = 16;

/// Threads and processes that are there already.
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
    /// So many threads and so many processes.
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
    /// seconds, when there are many such things to send. One that is sent alone takes longer: then the
    /// two sides wait for each other, again and again.
    ///
    /// # Errors
    ///
    /// When there is no process.
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

    /// The same of a number.
    ///
    /// # Errors
    ///
    /// When there is no process.
    pub fn message(&self) -> Result<f64, Failure> {
        self.sending(&TAKE, || 7)
    }
}
