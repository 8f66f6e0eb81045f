//! Who does the work.

use hybrid_pools::{ProcessPool, Task};
use rayon::{ThreadPool, ThreadPoolBuilder};
use workloads::parts;

use crate::WORK;
use crate::decision::{Failure, seconds};

/// Returns what it gets: next to nothing to do.
pub const NOTHING: Task<u64, u64> = Task::new("nothing", |n| n);

/// How often a constant is measured that is soon measured.
pub(crate) const RUNS: usize = 7;

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

    /// How long it takes to tell a process something short and to hear its answer, in seconds.
    ///
    /// # Errors
    ///
    /// When there is no process.
    pub fn message(&self) -> Result<f64, Failure> {
        seconds(RUNS, || Ok(self.processes.submit(&NOTHING, &7)?.wait()?))
    }
}
