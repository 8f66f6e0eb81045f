//! The way by serde and postcard, through a pipe: what a list of any other type would need, too.

use processes::worker::Work;

use super::{change, garbled};
use crate::connection::Connection;
use crate::error::Error;
use crate::peer::{Role, serve};

/// Turns the number of steps and the numbers into bytes, and sends them.
///
/// # Errors
///
/// As [`Connection::send`].
pub fn there(
    numbers: &[f64],
    steps: u64,
    connection: &mut Connection,
) -> Result<(), Error> {
    let message = postcard::to_stdvec(&(steps, numbers));
    connection.send(&message.expect("numbers can be serialized"))
}

/// Waits for bytes, and turns them into `numbers`.
///
/// # Errors
///
/// As [`Connection::receive`].
pub fn back(numbers: &mut Vec<f64>, connection: &mut Connection) -> Result<(), Error> {
    let answer = postcard::from_bytes(connection.receive()?);
    *numbers = answer.map_err(|_| garbled(connection))?;
    Ok(())
}

/// The role of a worker that changes the numbers of each message and sends them back.
pub const CHANGE: Role = Role {
    work: Work::new("ipc: change, serialized", |link| serve(link, answer)),
    talk: answer,
};

fn answer(mut connection: Connection) -> Result<(), Error> {
    loop {
        let message = postcard::from_bytes(connection.receive()?);
        let (steps, mut numbers): (u64, Vec<f64>) =
            message.map_err(|_| garbled(&connection))?;
        change(&mut numbers, steps);
        let answer = postcard::to_stdvec(&numbers).expect("numbers can be serialized");
        connection.send(&answer)?;
    }
}
