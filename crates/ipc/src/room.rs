//! Room for a message that is still arriving: its announced length may be a lie.

use std::io;

use crate::error::Problem;

/// Makes room in a message for `more` bytes. If it has to grow, it gets as much room again as it
/// has already, but never room for more than `longest` bytes in all.
///
/// # Errors
///
/// When the system has no memory to spare.
pub(crate) fn grow(
    message: &mut Vec<u8>,
    more: usize,
    longest: usize,
) -> Result<(), Problem> {
    let needed = message.len() + more;
    if needed > message.capacity() {
        let room = (2 * message.capacity()).min(longest).max(needed);
        message.try_reserve_exact(room - message.len()).map_err(io::Error::from)?;
    }
    Ok(())
}
