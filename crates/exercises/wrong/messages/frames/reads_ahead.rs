//! Wrong: a buffer makes short reads cheap. But it reads beyond the end of the message, and what it
//! holds of the next one is lost with it.
//! Caught by `messages_come_out_of_pieces`: all bytes of the message before it?

use std::io::BufReader;

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut stream = BufReader::new(stream);
    let mut header = Vec::with_capacity(4);
    if stream.by_ref().take(4).read_to_end(&mut header)? == 0 {
        return Ok(None);
    }
    let header = header.try_into().map_err(|_| ErrorKind::UnexpectedEof)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
