//! How long messages take: there and back, and one after the other in one direction.

use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::error::{Error, Problem};
use crate::peer::digest;

/// Sends `message` and waits until it comes back, `rounds` times; returns the time for all
/// rounds. The other side has to be a [`crate::peer::ECHO`].
///
/// # Errors
///
/// When the other side has gone, or sends something else back.
// ANCHOR: round_trips
pub fn round_trips(
    connection: &mut Connection,
    message: &[u8],
    rounds: u32,
) -> Result<Duration, Error> {
    let start = Instant::now();
    for _ in 0..rounds {
        connection.send(message)?;
        let answer = connection.receive()?;
        if answer.len() != message.len() {
            return Err(other(connection));
        }
    }
    let time = start.elapsed();
    // One more trip, which is not timed, to compare every byte.
    connection.send(message)?;
    if connection.receive()? != message {
        return Err(other(connection));
    }
    Ok(time)
}
// ANCHOR_END: round_trips

/// Sends `message` `times` times; returns the time until the other side has read every byte. The
/// other side has to be a [`crate::peer::READ`].
///
/// # Errors
///
/// When the other side has gone, or has read something else.
// ANCHOR: one_way
pub fn one_way(
    connection: &mut Connection,
    message: &[u8],
    times: u32,
) -> Result<Duration, Error> {
    let start = Instant::now();
    for _ in 0..times {
        connection.send(message)?;
    }
    connection.send(&[])?;
    let read = connection.receive()?.try_into().ok().map(u64::from_le_bytes);
    let time = start.elapsed();
    // The answer is an XOR, so what was sent an even number of times cancels out.
    let sent = if times % 2 == 0 { 0 } else { digest(message) };
    if read != Some(sent) {
        return Err(other(connection));
    }
    Ok(time)
}
// ANCHOR_END: one_way

fn other(connection: &Connection) -> Error {
    connection.problem(Problem::Garbage("answers something else"))
}
