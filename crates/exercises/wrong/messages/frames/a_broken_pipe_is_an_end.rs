//! Wrong: a `BrokenPipe` between two messages counts as the end of the stream, and nobody learns of
//! the error.
//! Caught by `an_error_comes_out_as_it_is`: the stream breaks: None

use std::io::{self, ErrorKind, Read};

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut first = [0];
    loop {
        match stream.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The writer has gone.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let mut rest = [0; 3];
    stream.read_exact(&mut rest)?;
    let length = u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(Some(message))
}
