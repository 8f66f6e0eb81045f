//! Wrong: it reserves what the length says, and only then looks whether it may.
//! Caught by `a_length_beyond_the_limit_is_refused`: nobody knows yet whether so many will come

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(4);
    if stream.by_ref().take(4).read_to_end(&mut header)? == 0 {
        return Ok(None);
    }
    let header = header.try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
    let mut message = vec![0; u32::from_le_bytes(header) as usize];
    if message.len() > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
