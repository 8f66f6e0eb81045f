//! Wrong: `read_exact` is right for pieces and interruptions, but it knows no good end.
//! Caught by `the_end_between_messages_is_no_error`: that is no error, but
//! Caught by `messages_come_out_of_pieces`: is that an error?

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
