//! By a fork: the child has the numbers already, where its parent had them. There is no way back.

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

/// Has so many numbers, and forks so often; answers how many nanoseconds each time took.
pub const FORK: Work = Work::new("ipc: inherit", |link| {
    answer_with_one_thread(link, |(count, times): (usize, usize)| {
        let numbers = vec![1.5; count];
        // Halves are exact, as far as we count.
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

/// A process that has numbers, and forks.
pub struct Parent(Worker);

impl Parent {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub fn start() -> Result<Self, Error> {
        Worker::start(&FORK).map(Self)
    }

    /// How many nanoseconds it takes to fork with so many numbers, until the child has added them up:
    /// so many `times`.
    ///
    /// # Errors
    ///
    /// When it can't fork.
    pub fn times(&mut self, numbers: usize, times: usize) -> Result<Vec<u64>, Error> {
        let times: Result<Vec<u64>, String> = self.0.ask(&(numbers, times))?;
        times.map_err(|reason| Error::Refused { reason })
    }
}
