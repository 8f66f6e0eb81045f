//! Wrong: it gives up when a read is interrupted nine times in a row.
//! Caught by `messages_come_out_of_pieces`: operation interrupted: a read was interrupted: ask again; un

use std::io::{self, ErrorKind, Read};

/// Reads until the buffer is full, or the stream at its end. Returns how many bytes came.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let (mut filled, mut interrupted) = (0, 0);
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(bytes) => {
                filled += bytes;
                interrupted = 0;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted && interrupted < 8 => {
                interrupted += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match fill(stream, &mut length)? {
        0 => return Ok(None),
        4 => {}
        _ => return Err(ErrorKind::UnexpectedEof.into()),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    if fill(stream, &mut message)? < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}
