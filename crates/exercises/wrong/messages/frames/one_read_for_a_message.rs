//! Wrong: it asks again after an interruption, and then takes one read for all of it.
//! With a file, and mostly with a pipe, that even works.
//! Caught by `messages_come_out_of_pieces`: do you have all four bytes

use std::io::{self, ErrorKind, Read};

fn read(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

pub fn read_message(
    stream: &mut impl Read,
    longest: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if read(stream, &mut length)? == 0 {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > longest {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    read(stream, &mut message)?;
    Ok(Some(message))
}
