//! What it costs to move numbers: to a worker, which changes each of them, and back. The same trip in
//! some ways, which stand side by side:
//!
//! * [`serialized`]: serde and postcard turn the numbers into bytes, which go through a pipe.
//! * [`bytes`]: the bytes that the numbers are go through the pipe.
//! * [`shared`]: the numbers are copied into memory that both processes see, and out of it; or they
//!   lie there already. [`memory`] is that memory: without a name, or a file.
//! * [`inherited`]: the child of a fork has the numbers already, but nothing comes back.
//!
//! [`Mover`] is a worker, and one of the ways to it. [`pays`] says what follows.

pub mod bytes;
pub mod inherited;
pub mod memory;
pub mod serialized;
pub mod shared;

use std::fmt;
use std::os::fd::AsFd;
use std::time::Duration;

use processes::worker::{Program, Worker, descriptors};

use crate::connection::{Connection, Settings};
use crate::error::{Error, Problem};
use crate::peer::Peer;
use crate::transport::Transport;
use memory::Memory;

/// What is done to each number: so many steps, each of which needs the one before.
// ANCHOR: change
pub fn change(numbers: &mut [f64], steps: u64) {
    for number in numbers {
        for _ in 0..steps {
            *number = *number * 0.5 + 1.0;
        }
    }
}
// ANCHOR_END: change

/// How much has to be computed for each byte, in nanoseconds, before it pays to move so many `bytes`
/// to so many `workers`, when it takes `moving` to bring them there and back.
///
/// Computed here, `w` for each byte takes `w * bytes`. Divided, it takes a part of that, `1 / workers`,
/// and beside it `moving`, since the parts are sent and fetched by one process. Both are equal where
/// `w` is what this returns. A single worker never pays: it returns infinity.
// ANCHOR: pays
pub fn pays(moving: Duration, bytes: usize, workers: u32) -> f64 {
    let (moving_in_ns, workers) = (moving.as_nanos() as f64, f64::from(workers));
    moving_in_ns / bytes as f64 * workers / (workers - 1.0)
}
// ANCHOR_END: pays

/// A way to a worker and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By postcard, through a pipe.
    Serialized,
    /// As bytes, through a pipe.
    Bytes,
    /// By a copy into shared memory, and one out of it.
    Shared,
    /// The same, in a file.
    File,
    /// The numbers lie in shared memory already, and stay there.
    There,
}

/// All of them.
pub const WAYS: [Way; 5] =
    [Way::Serialized, Way::Bytes, Way::Shared, Way::File, Way::There];

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Self::Serialized => "serialized, pipe",
            Self::Bytes => "bytes, pipe",
            Self::Shared => "shared memory",
            Self::File => "mapped file",
            Self::There => "in shared memory already",
        })
    }
}

/// A worker that changes numbers, and a way to it.
pub struct Mover {
    way: Way,
    connection: Connection,
    memory: Option<Memory>,
    /// Dropping it ends the process.
    _worker: Option<Worker>,
}

impl Mover {
    /// Starts a worker for up to `most` numbers at once.
    ///
    /// # Errors
    ///
    /// When it can't be started, or the system has no memory for the numbers.
    pub fn start(way: Way, most: usize) -> Result<Self, Error> {
        let (transport, work) = match way {
            Way::Serialized => (Transport::Pipes, serialized::CHANGE.work),
            Way::Bytes => (Transport::Pipes, bytes::CHANGE.work),
            Way::Shared | Way::File | Way::There => (Transport::Pipes, shared::CHANGE),
        };
        let failed = |problem: Problem| problem.with(transport, work.name);
        let memory = match way {
            Way::Serialized | Way::Bytes => None,
            Way::File => Some(Memory::in_a_file(most)),
            Way::Shared | Way::There => Some(Memory::without_a_name(most)),
        };
        let memory = memory.transpose().map_err(|error| failed(error.into()))?;
        let start = || Ok(Program::this()?.start(work.name)?);
        let worker: Worker = start().map_err(failed)?;
        if let Some(memory) = &memory {
            let along = [memory.as_fd()];
            let sent = descriptors::send(worker.link(), b"!", &along);
            sent.map_err(|error| failed(error.into()))?;
        }
        // Each number as it is, and a few words.
        let longest = most * size_of::<f64>() + 64;
        let settings = Settings { longest, ..Settings::default() };
        let peer = Peer::connect(transport, settings, worker)?;
        let (connection, _worker) = peer.into_parts();
        Ok(Self { way, connection, memory, _worker })
    }

    /// Sends numbers, each of which is to be changed in so many `steps`. Those that lie in shared memory
    /// [already](Way::There) are taken as they are, as many as `numbers`.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    ///
    /// # Panics
    ///
    /// When there are more numbers than it was started for.
    pub fn there(&mut self, numbers: &[f64], steps: u64) -> Result<(), Error> {
        let Self { way, connection, memory, .. } = self;
        match (way, memory) {
            (Way::Serialized, _) => serialized::there(numbers, steps, connection),
            (Way::There, Some(_)) => shared::order(numbers.len(), steps, connection),
            (_, Some(memory)) => shared::there(numbers, steps, connection, memory),
            (_, None) => bytes::there(numbers, steps, connection),
        }
    }

    /// Waits for as many numbers as were sent, into `numbers`. Those that are to stay in shared memory
    /// stay there.
    ///
    /// # Errors
    ///
    /// As [`Connection::receive`].
    pub fn back(&mut self, numbers: &mut Vec<f64>) -> Result<(), Error> {
        let Self { way, connection, memory, .. } = self;
        match (way, memory) {
            (Way::Serialized, _) => serialized::back(numbers, connection),
            (Way::There, Some(_)) => shared::done(connection).map(drop),
            (_, Some(memory)) => shared::back(numbers, connection, memory),
            (_, None) => bytes::back(numbers, connection),
        }
    }

    /// The memory that both see, if this way has some.
    pub fn memory(&mut self) -> Option<&mut Memory> {
        self.memory.as_mut()
    }
}

/// Divides the numbers among some workers; each changes its part, and the parts come back. Without a
/// worker, they are changed here.
///
/// # Errors
///
/// As [`Mover::there`] and [`Mover::back`].
pub fn divided(
    numbers: &mut Vec<f64>,
    steps: u64,
    movers: &mut [Mover],
) -> Result<(), Error> {
    if movers.is_empty() {
        change(numbers, steps);
        return Ok(());
    }
    let part = numbers.len().div_ceil(movers.len()).max(1);
    // So few numbers may be too few for all.
    let used = numbers.len().div_ceil(part);
    for (part, mover) in numbers.chunks(part).zip(&mut *movers) {
        mover.there(part, steps)?;
    }
    let (mut all, mut part) = (Vec::with_capacity(numbers.len()), Vec::new());
    for mover in &mut movers[..used] {
        mover.back(&mut part)?;
        all.append(&mut part);
    }
    *numbers = all;
    Ok(())
}

/// What a worker says that sends something else.
fn garbled(connection: &Connection) -> Error {
    connection.problem(Problem::Garbage("sent something else than numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pays() {
        let moving = Duration::from_nanos(3_000);
        // At 2 ns a byte, 3,000 bytes take 6 µs here; with two workers 3 µs, and 3 µs on the way.
        assert_eq!(pays(moving, 3_000, 2), 2.0);
        assert_eq!(pays(moving, 3_000, 4), 4.0 / 3.0);
        assert_eq!(pays(moving, 3_000, 1), f64::INFINITY);
    }

    #[test]
    fn a_step_after_the_other() {
        let mut numbers = [0.0, 2.0, 10.0];
        change(&mut numbers, 0);
        assert_eq!(numbers, [0.0, 2.0, 10.0]);
        change(&mut numbers, 2);
        assert_eq!(numbers, [1.5, 2.0, 4.0]);
    }
}
