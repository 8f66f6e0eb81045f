//! Wrong: it reserves what the length says, up to some bytes, before it compares it with the limit.
//! Caught by `a_length_beyond_the_limit_is_refused`: nobody knows yet whether so many will come

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length[..1]) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    stream.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    let mut message = Vec::with_capacity(length.min(900));
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    message.resize(length, 0);
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
