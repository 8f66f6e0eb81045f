//! Frames: how messages are told apart in a stream of bytes.
//!
//! A pipe or a socket delivers bytes in order, and nothing else: what was written in two
//! goes may arrive in one or in five. So each message gets a header of eight bytes: four that
//! say that this is a header, and the length, the lowest byte first.

use std::io::{BufRead, BufReader, ErrorKind, IoSlice, Read, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use crate::connection::{Receiver, Sender};
use crate::error::Problem;

/// The length of a header in bytes.
pub(crate) const HEADER: usize = 8;

/// A receiver keeps the memory of a message for the next one, so that it is not taken and filled
/// with zeros each time; but not more than this, in bytes.
pub const KEPT: usize = 16 << 20;

/// What a header begins with. Whoever connects by mistake and speaks of other things, as a
/// browser does with its `GET `, is noticed at once.
const SIGN: [u8; 4] = *b"book";

/// The header of a message.
// ANCHOR: header
pub(crate) fn header(length: usize) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&SIGN);
    header[4..].copy_from_slice(&(length as u32).to_le_bytes());
    header
}

/// The length that a header announces. Whatever the bytes, nothing is allocated for them.
///
/// # Errors
///
/// [`Problem::Garbage`] when this is no header, [`Problem::TooLong`] when it announces more
/// than `longest` bytes.
pub(crate) fn announced(header: [u8; HEADER], longest: usize) -> Result<usize, Problem> {
    let [a, b, c, d, length @ ..] = header;
    if [a, b, c, d] != SIGN {
        return Err(Problem::Garbage("sent something that is no message"));
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > longest {
        return Err(Problem::TooLong { length, longest });
    }
    Ok(length)
}
// ANCHOR_END: header

/// Sends frames into whatever takes bytes.
pub(crate) struct FrameSender<W> {
    bytes: W,
    longest: usize,
}

impl<W: Write + Ending> FrameSender<W> {
    pub(crate) fn new(bytes: W, longest: usize) -> Self {
        Self { bytes, longest }
    }
}

impl<W: Write + Ending> Sender for FrameSender<W> {
    // ANCHOR: send
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let length = message.len();
        if length > self.longest {
            return Err(Problem::TooLong { length, longest: self.longest });
        }
        let header = header(length);
        // Both in one call of the system, if it takes as much.
        let mut both = [IoSlice::new(&header), IoSlice::new(message)];
        let mut rest = &mut both[..];
        while !rest.is_empty() {
            match self.bytes.write_vectored(rest) {
                Ok(0) => return Err(Problem::Ended),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
    // ANCHOR_END: send

    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        self.bytes.end_with(process);
    }
}

/// Something that can stop waiting when a process has ended.
pub(crate) trait Ending: Send {
    /// From now on, it is as if the other side had gone when `process` can be read.
    fn end_with(&mut self, process: &Arc<OwnedFd>);
}

/// Something to read bytes from, with a limit to its patience.
pub(crate) trait Patient: Read + Ending {
    /// From now on, a read fails with `TimedOut` when nothing comes until `deadline`.
    fn wait_until(&mut self, deadline: Option<Instant>);
}

/// Receives frames from whatever has bytes.
pub(crate) struct FrameReceiver<R> {
    bytes: BufReader<R>,
    longest: usize,
    /// The last message, in the first bytes; it doesn't shrink unless it has more than [`KEPT`].
    message: Vec<u8>,
}

impl<R: Patient> FrameReceiver<R> {
    pub(crate) fn new(bytes: R, longest: usize) -> Self {
        Self { bytes: BufReader::new(bytes), longest, message: Vec::new() }
    }

    /// Waits for the first bytes of a message; returns whether there are any.
    fn begin(&mut self) -> Result<bool, Problem> {
        loop {
            match self.bytes.fill_buf() {
                Ok(bytes) => return Ok(!bytes.is_empty()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads a message; returns its length.
    fn read(&mut self) -> Result<usize, Problem> {
        let mut header = [0; HEADER];
        self.bytes.read_exact(&mut header)?;
        let length = announced(header, self.longest)?;
        if self.message.len() < length {
            self.message.reserve_exact(length - self.message.len());
            self.message.resize(length, 0);
        }
        self.bytes.read_exact(&mut self.message[..length])?;
        Ok(length)
    }
}

impl<R: Patient> Receiver for FrameReceiver<R> {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.bytes.get_mut().wait_until(deadline);
        if self.message.len() > KEPT {
            self.message = Vec::new();
        }
        if self.begin()? {
            match self.read() {
                Ok(length) => Ok(&self.message[..length]),
                Err(Problem::Ended) => Err(Problem::Truncated),
                Err(problem) => Err(problem),
            }
        } else {
            // Between two messages, the end of the stream is just the end.
            Err(Problem::Ended)
        }
    }

    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        self.bytes.get_mut().end_with(process);
    }
}
