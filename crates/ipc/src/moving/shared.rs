//! The way by memory that both processes see. The pipe only carries how many numbers there are, and
//! that they are done.

use std::io::{self, ErrorKind};

use processes::worker::{Link, Work, descriptors, end_with_parent};

use super::memory::Memory;
use super::{change, garbled};
use crate::connection::Connection;
use crate::error::{Error, Problem};
use crate::peer::invitation;

/// Copies the numbers to where the worker sees them, and tells it.
///
/// # Errors
///
/// As [`Connection::send`].
///
/// # Panics
///
/// When there is no room for so many numbers.
// ANCHOR: there
pub fn there(
    numbers: &[f64],
    steps: u64,
    connection: &mut Connection,
    memory: &mut Memory,
) -> Result<(), Error> {
    memory.numbers()[..numbers.len()].copy_from_slice(numbers);
    order(numbers.len(), steps, connection)
}
// ANCHOR_END: there

/// Waits until the worker is done, and copies the numbers from the shared memory to `numbers`.
///
/// # Errors
///
/// As [`Connection::receive`].
// ANCHOR: back
pub fn back(
    numbers: &mut Vec<f64>,
    connection: &mut Connection,
    memory: &mut Memory,
) -> Result<(), Error> {
    let count = done(connection)?;
    let there = memory.numbers().get(..count).ok_or_else(|| garbled(connection))?;
    numbers.clear();
    numbers.extend_from_slice(there);
    Ok(())
}
// ANCHOR_END: back

/// Tells the worker that so many numbers lie in the shared memory, and in how many steps to change
/// them.
///
/// # Errors
///
/// As [`Connection::send`].
pub fn order(
    numbers: usize,
    steps: u64,
    connection: &mut Connection,
) -> Result<(), Error> {
    let words = [numbers as u64, steps].map(u64::to_le_bytes);
    connection.send(words.as_flattened())
}

/// Waits until the worker has changed the numbers; returns how many.
///
/// # Errors
///
/// As [`Connection::receive`].
pub fn done(connection: &mut Connection) -> Result<usize, Error> {
    let answer = connection.receive()?.try_into().ok().map(u64::from_le_bytes);
    answer.map(|count| count as usize).ok_or(()).map_err(|()| garbled(connection))
}

/// The work of a worker that changes numbers where they lie. The shared memory comes first, along
/// with a byte on the link.
pub const CHANGE: Work = Work::new("ipc: change, shared", |mut link: Link| {
    end_with_parent(&link)?;
    let (_, along) = descriptors::receive(&link, &mut [0])?;
    let [memory] = <[_; 1]>::try_from(along).map_err(|_| ErrorKind::BrokenPipe)?;
    let mut memory = Memory::open(memory)?;
    let connection = invitation(&mut link)?.join().map_err(io::Error::other)?;
    match answer(connection, &mut memory) {
        Ok(()) | Err(Error { problem: Problem::Ended, .. }) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
    }
});

fn answer(mut connection: Connection, memory: &mut Memory) -> Result<(), Error> {
    loop {
        let words = <[[u8; 8]; 2]>::try_from(connection.receive()?.as_chunks().0);
        let [count, steps] = words.map_err(|_| garbled(&connection))?;
        let numbers = memory.numbers().get_mut(..u64::from_le_bytes(count) as usize);
        let numbers = numbers.ok_or(()).map_err(|()| garbled(&connection))?;
        change(numbers, u64::from_le_bytes(steps));
        connection.send(&count)?;
    }
}
