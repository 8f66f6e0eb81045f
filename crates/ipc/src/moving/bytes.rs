//! The way through a pipe, as the bytes of which the numbers consist. The number of steps goes
//! first.

use processes::worker::Work;

use super::{change, garbled};
use crate::connection::Connection;
use crate::error::Error;
use crate::peer::{Role, serve};

/// Sends the number of steps and the bytes of the numbers.
///
/// # Errors
///
/// As [`Connection::send`].
pub fn there(
    numbers: &[f64],
    steps: u64,
    connection: &mut Connection,
) -> Result<(), Error> {
    connection.send(&message(steps, numbers))
}

/// Waits for bytes, and puts the numbers that they are into `numbers`.
///
/// # Errors
///
/// As [`Connection::receive`].
pub fn back(numbers: &mut Vec<f64>, connection: &mut Connection) -> Result<(), Error> {
    take(connection.receive()?, numbers).ok_or(()).map_err(|()| garbled(connection))?;
    Ok(())
}

fn message(steps: u64, numbers: &[f64]) -> Vec<u8> {
    let mut message = Vec::with_capacity((1 + numbers.len()) * size_of::<f64>());
    message.extend(steps.to_le_bytes());
    message.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    message
}

/// Takes a message apart into `numbers`; returns the number of steps. `None` for anything else.
fn take(message: &[u8], numbers: &mut Vec<f64>) -> Option<u64> {
    let (words, []) = message.as_chunks() else { return None };
    let (&steps, rest) = words.split_first()?;
    numbers.clear();
    numbers.extend(rest.iter().map(|&number| f64::from_le_bytes(number)));
    Some(u64::from_le_bytes(steps))
}

/// The role of a worker that changes the numbers of each message and sends them back.
pub const CHANGE: Role = Role {
    work: Work::new("ipc: change, bytes", |link| serve(link, answer)),
    talk: answer,
};

fn answer(mut connection: Connection) -> Result<(), Error> {
    let mut numbers = Vec::new();
    loop {
        let steps = take(connection.receive()?, &mut numbers);
        let steps = steps.ok_or(()).map_err(|()| garbled(&connection))?;
        change(&mut numbers, steps);
        connection.send(&message(0, &numbers))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_message_comes_out() {
        let mut numbers = vec![9.0];
        assert_eq!(take(&message(3, &[1.5, -0.0]), &mut numbers), Some(3));
        assert_eq!(numbers, [1.5, -0.0]);
        assert_eq!(take(&message(3, &[])[..7], &mut numbers), None);
        assert_eq!(take(&[], &mut numbers), None);
    }
}
