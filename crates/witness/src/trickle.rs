use std::io::{self, ErrorKind, Read};

/// A stream that gives its bytes in pieces, as sockets and pipes may do at any time.
#[derive(Clone, Debug)]
pub struct Trickle {
    bytes: Vec<u8>,
    given: usize,
    pieces: &'static [usize],
    reads: usize,
    breaks: bool,
}

impl Trickle {
    /// A stream of `bytes`, and then its end. It gives first one byte, then two, then three, and then
    /// one again. Before each piece, a read fails with [`ErrorKind::Interrupted`].
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self::in_pieces(bytes, &[0, 1, 0, 2, 0, 3])
    }

    /// A stream of `bytes`, and then its end. Each read gives as many bytes as the next of `pieces`
    /// says, at most, and the read after the last of these begins with the first again. Where a piece
    /// is 0, the read fails with [`ErrorKind::Interrupted`].
    ///
    /// # Panics
    ///
    /// When all `pieces` are 0, or there are none: no byte would ever come.
    pub fn in_pieces(bytes: impl Into<Vec<u8>>, pieces: &'static [usize]) -> Self {
        assert!(
            pieces.iter().any(|piece| *piece > 0),
            "no piece of {pieces:?} has bytes"
        );
        Self { bytes: bytes.into(), given: 0, pieces, reads: 0, breaks: false }
    }

    /// The same stream, which breaks after its last byte: in place of its end comes an error, of the
    /// kind [`ErrorKind::ConnectionReset`].
    #[must_use]
    pub fn breaking(self) -> Self {
        Self { breaks: true, ..self }
    }
}

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.pieces[self.reads % self.pieces.len()];
        self.reads += 1;
        if piece == 0 {
            return Err(ErrorKind::Interrupted.into());
        }
        let rest = &self.bytes[self.given..];
        if rest.is_empty() && self.breaks && !buffer.is_empty() {
            return Err(ErrorKind::ConnectionReset.into());
        }
        let length = piece.min(rest.len()).min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}
