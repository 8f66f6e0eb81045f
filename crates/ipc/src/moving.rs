//! What it costs to move numbers: to a worker, which changes each of them, and back. The same trip
//! is made in several ways, to compare:
//!
//! * [`serialized`]: serde and postcard turn the numbers into bytes, which go through a pipe.
//! * [`bytes`]: the bytes of which the numbers consist go through a pipe.
//! * [`shared`]: the numbers are copied into memory that both processes see, and out of it again;
//!   or they lie there already. [`memory`] is that memory, without a name, or in a file.
//! * [`inherited`]: the child of a fork has the numbers already, but nothing comes back.
//!
//! A [`Mover`] is a worker together with one of the ways to it. [`pays`] computes when moving pays.

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

/// What is done to each number: so many steps, each of which needs the result of the one before.
// ANCHOR: change
pub fn change(numbers: &mut [f64], steps: u64) {
    for number in numbers {
        for _ in 0..steps {
            *number = *number * 0.5 + 1.0;
        }
    }
}
// ANCHOR_END: change

/// How much has to be computed for each byte, in nanoseconds, before it pays to move `bytes` bytes
/// to `workers` workers, when it takes `moving` to bring them there and back.
///
/// If computing takes `w` for each byte, it takes `w * bytes` here. Divided, it takes a part of
/// that, `1 / workers`, and in addition `moving`, since a single process sends and fetches all
/// parts. This function returns the `w` for which both are equal. With a single worker, moving
/// never pays, and the result is infinity.
// ANCHOR: pays
pub fn pays(moving: Duration, bytes: usize, workers: u32) -> f64 {
    let (moving_in_ns, workers) = (moving.as_nanos() as f64, f64::from(workers));
    moving_in_ns / bytes as f64 * workers / (workers - 1.0)
}
// ANCHOR_END: pays

/// A way to move numbers to a worker and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By postcard, through a pipe.
    Serialized,
    /// As bytes, through a pipe.
    Bytes,
    /// Copied into shared memory, and out of it again.
    Shared,
    /// Copied into a mapped file, and out of it again.
    File,
    /// Not at all: the numbers lie in shared memory already, and stay there.
    There,
}

/// All ways.
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

/// A worker that changes numbers, and a way to move them there.
pub struct Mover {
    way: Way,
    connection: Connection,
    memory: Option<Memory>,
    /// Dropping the worker ends its process.
    _worker: Option<Worker>,
}

impl Mover {
    /// Starts a worker for at most `most` numbers at once.
    ///
    /// # Errors
    ///
    /// When the worker can't be started, or the system has no memory for the numbers.
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
        // Room for each number as it is, and for a few words.
        let longest = most * size_of::<f64>() + 64;
        let settings = Settings { longest, ..Settings::default() };
        let peer = Peer::connect(transport, settings, worker)?;
        let (connection, _worker) = peer.into_parts();
        Ok(Self { way, connection, memory, _worker })
    }

    /// Sends numbers to the worker, which is to change each of them in so many `steps`. If the
    /// numbers are [there already](Way::There), `numbers` only says how many of them.
    ///
    /// # Errors
    ///
    /// As [`Connection::send`].
    ///
    /// # Panics
    ///
    /// When there are more numbers than the worker was started for.
    pub fn there(&mut self, numbers: &[f64], steps: u64) -> Result<(), Error> {
        let Self { way, connection, memory, .. } = self;
        match (way, memory) {
            (Way::Serialized, _) => serialized::there(numbers, steps, connection),
            (Way::There, Some(_)) => shared::order(numbers.len(), steps, connection),
            (_, Some(memory)) => shared::there(numbers, steps, connection, memory),
            (_, None) => bytes::there(numbers, steps, connection),
        }
    }

    /// Waits until the worker has changed the numbers, and puts them into `numbers`. If they are
    /// [there already](Way::There), they stay there, and `numbers` is left alone.
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

    /// The memory that both processes see, if this way has some.
    pub fn memory(&mut self) -> Option<&mut Memory> {
        self.memory.as_mut()
    }
}

/// Divides the numbers into equal parts, one for each worker; the workers change them, and the
/// parts come back into `numbers`. Without any worker, the numbers are changed here.
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
    // If there are few numbers, some workers get none.
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

/// The error for a worker that has sent something other than numbers.
fn garbled(connection: &Connection) -> Error {
    connection.problem(Problem::Garbage("sent something else than numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pays() {
        let moving = Duration::from_nanos(3_000);
        // At 2 ns a byte, 3,000 bytes take 6 µs here, 3 µs with two workers, and 3 µs to move.
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
