//! Room for a message that is on its way: whoever announces it may lie about its length.

use std::io;

use crate::error::Problem;

/// Makes room in a message for `more` bytes: for as much again as there is room for already, if
/// it has to grow, but never for more than `longest` bytes in all.
///
/// # Errors
///
/// When there is no memory to spare.
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
