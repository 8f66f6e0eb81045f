use std::io::{self, ErrorKind, Read};

/// A stream that gives its bytes in pieces, as sockets and pipes may do at any time: first one
/// byte, then two, then three, and then one again. Before each piece, a read fails with
/// [`ErrorKind::Interrupted`].
#[derive(Clone, Debug)]
pub struct Trickle {
    bytes: Vec<u8>,
    given: usize,
    pieces: usize,
    interrupted: bool,
}

impl Trickle {
    /// A stream of `bytes`, and then its end.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), given: 0, pieces: 0, interrupted: false }
    }
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let piece = self.pieces % 3 + 1;
        self.pieces += 1;
        let rest = &self.bytes[self.given..];
        let length = piece.min(rest.len()).min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}
