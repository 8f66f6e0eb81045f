//! Right: whether there is a first byte says which end it is; the rest is read exactly.

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    loop {
        match stream.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    stream.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length);
    if usize::try_from(length).map_or(true, |length| length > longest) {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = Vec::new();
    stream.by_ref().take(length.into()).read_to_end(&mut message)?;
    if message.len() < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}
