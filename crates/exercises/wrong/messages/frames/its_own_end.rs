//! Wrong: when the stream itself fails with `UnexpectedEof` between two messages (a TLS stream that
//! was cut), that comes out as a good end.
//! Caught by `an_error_comes_out_as_it_is`: the stream breaks: None

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length[..1]) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    stream.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
