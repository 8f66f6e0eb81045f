//! Wrong: it asks again where nothing is there just now, which is another error of the stream.
//! Caught by `an_error_comes_out_as_it_is`: it doesn't end

use std::io::{self, ErrorKind, Read};

/// Fills the buffer; returns how many bytes there were.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(bytes) => filled += bytes,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Interrupted | ErrorKind::WouldBlock
                ) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];
    match fill(stream, &mut header)? {
        0 => return Ok(None),
        4 => {}
        _ => return Err(ErrorKind::UnexpectedEof.into()),
    }
    let length = u32::from_le_bytes(header) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    if fill(stream, &mut message)? < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}
