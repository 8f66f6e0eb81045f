//! The way by a fork: the child has the numbers already, where its parent had them. There is no way
//! back.

use std::io;
use std::time::Instant;

use processes::forking::fork;
use processes::worker::{Error, Work, Worker, answer_with_one_thread};

/// A child inherits `numbers` and adds them up; returns whether it has found `sum`.
///
/// # Errors
///
/// As [`fork`].
pub fn there(numbers: &[f64], sum: f64) -> io::Result<bool> {
    let mut child = fork(|| i32::from(numbers.iter().sum::<f64>() != sum))?;
    Ok(child.wait()?.success())
}

/// The work of a [`Parent`]: gets a count of numbers and of forks, makes the numbers, forks so
/// often, and answers how many nanoseconds each fork took.
pub const FORK: Work = Work::new("ipc: inherit", |link| {
    answer_with_one_thread(link, |(count, times): (usize, usize)| {
        let numbers = vec![1.5; count];
        // Exact, since halves are added and the sum stays small enough.
        let sum = count as f64 * 1.5;
        let trip = |_| {
            let begin = Instant::now();
            let right = there(&numbers, sum).map_err(|error| error.to_string())?;
            let time = begin.elapsed().as_nanos() as u64;
            if right { Ok(time) } else { Err("the child found another sum".into()) }
        };
        (0..times).map(trip).collect::<Result<Vec<u64>, String>>()
    })
});

/// A process that has numbers, and forks children that inherit them.
pub struct Parent(Worker);

impl Parent {
    /// Starts such a process.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn start() -> Result<Self, Error> {
        Worker::start(&FORK).map(Self)
    }

    /// Has the process make so many `numbers` and fork `times` times. Returns for each fork how
    /// many nanoseconds it took until the child had added up the numbers and ended.
    ///
    /// # Errors
    ///
    /// When the process can't fork, or has ended.
    pub fn times(&mut self, numbers: usize, times: usize) -> Result<Vec<u64>, Error> {
        let times: Result<Vec<u64>, String> = self.0.ask(&(numbers, times))?;
        times.map_err(|reason| Error::Refused { reason })
    }
}
