//! Wrong: whatever goes wrong while it reads, it says that the stream has ended. A connection that
//! breaks has not: what was sent may still be on its way.
//! Caught by `other_errors_stay_what_they_are`: the connection breaks

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(4);
    let end = |_| io::Error::from(ErrorKind::UnexpectedEof);
    if stream.by_ref().take(4).read_to_end(&mut header).map_err(end)? == 0 {
        return Ok(None);
    }
    let header = header.try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).map_err(end)?;
    Ok(Some(message))
}
