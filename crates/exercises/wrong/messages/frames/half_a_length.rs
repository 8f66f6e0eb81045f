//! Wrong: "no message is that long", so it looks at the two low bytes of the length only. What says
//! 65,536 is taken for an empty one, and all that follows is garbage.
//! Caught by `a_length_beyond_the_limit_is_refused`: the length says 65536
//! Caught by `messages_come_out_of_pieces`: until then

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(4);
    if stream.by_ref().take(4).read_to_end(&mut header)? == 0 {
        return Ok(None);
    }
    let header: [u8; 4] = header.try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
    let length = u16::from_le_bytes([header[0], header[1]]) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
