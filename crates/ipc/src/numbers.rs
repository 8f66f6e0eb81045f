//! What it costs to turn a message into bytes and back: a list of numbers, whose sum comes
//! back.
//!
//! * [`as_bytes`]: each number is sent as the four bytes that it is. The receiver adds the numbers
//!   up where they lie.
//! * [`as_postcard`]: serde and postcard turn the list into bytes, and the bytes into a list.
//!
//! Through a ring in shared memory, the bytes of the first way are the message itself: nothing is
//! turned into anything.

use processes::worker::Work;

use crate::connection::Connection;
use crate::error::{Error, Problem};
use crate::peer::{Role, serve};

/// Sends `numbers` as bytes to a peer that does [`SUM_BYTES`]; returns the sum that it answers.
/// `buffer` is for the message, so that its memory can be used again.
///
/// # Errors
///
/// As [`Connection::send`] and [`Connection::receive`].
// ANCHOR: bytes
pub fn as_bytes(
    numbers: &[u32],
    connection: &mut Connection,
    buffer: &mut Vec<u8>,
) -> Result<u64, Error> {
    buffer.clear();
    buffer.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    connection.send(buffer)?;
    sum(connection)
}

fn sum_of_bytes(message: &[u8]) -> u64 {
    let (numbers, _) = message.as_chunks();
    numbers.iter().map(|&number| u64::from(u32::from_le_bytes(number))).sum()
}
// ANCHOR_END: bytes

/// Sends `numbers` by postcard to a peer that does [`SUM_POSTCARD`]; returns the sum that it
/// answers.
///
/// # Errors
///
/// As [`as_bytes`].
// ANCHOR: postcard
pub fn as_postcard(numbers: &[u32], connection: &mut Connection) -> Result<u64, Error> {
    let message = postcard::to_stdvec(numbers).expect("numbers can be serialized");
    connection.send(&message)?;
    sum(connection)
}

fn sum_of_postcard(message: &[u8]) -> Option<u64> {
    let numbers: Vec<u32> = postcard::from_bytes(message).ok()?;
    Some(numbers.into_iter().map(u64::from).sum())
}
// ANCHOR_END: postcard

/// Waits for the answer, a sum.
fn sum(connection: &mut Connection) -> Result<u64, Error> {
    let answer = connection.receive()?.try_into().ok().map(u64::from_le_bytes);
    answer.ok_or_else(|| no_answer(connection))
}

fn no_answer(connection: &Connection) -> Error {
    connection.problem(Problem::Garbage("sent something else than numbers"))
}

/// The role of a peer that answers each message of [`as_bytes`] with the sum.
pub const SUM_BYTES: Role = Role {
    work: Work::new("ipc: sum bytes", |link| serve(link, sum_bytes)),
    talk: sum_bytes,
};

fn sum_bytes(mut connection: Connection) -> Result<(), Error> {
    loop {
        let sum = sum_of_bytes(connection.receive()?);
        connection.send(&sum.to_le_bytes())?;
    }
}

/// The role of a peer that answers each message of [`as_postcard`] with the sum.
pub const SUM_POSTCARD: Role = Role {
    work: Work::new("ipc: sum postcard", |link| serve(link, sum_postcard)),
    talk: sum_postcard,
};

fn sum_postcard(mut connection: Connection) -> Result<(), Error> {
    loop {
        let sum = sum_of_postcard(connection.receive()?);
        let sum = sum.ok_or_else(|| no_answer(&connection))?;
        connection.send(&sum.to_le_bytes())?;
    }
}
