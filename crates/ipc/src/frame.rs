//! Frames: how messages are told apart in a stream of bytes.
//!
//! A pipe or a socket delivers bytes in order, and nothing else: what was written in two
//! goes may arrive in one or in five. So each message gets a header of eight bytes: four that
//! mark it as a header, and four for the length of the message, the lowest byte first.
//!
//! With some streams, the end doesn't prove that everything has come. There, a sender says goodbye
//! before it leaves.

use std::io::{BufRead, BufReader, ErrorKind, IoSlice, Read, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

use crate::connection::{Receiver, Sender};
use crate::error::Problem;
use crate::room::grow;

/// The length of a header in bytes.
pub(crate) const HEADER: usize = 8;

/// A receiver keeps the memory of a message for the next one, so that memory need not be taken and
/// filled with zeros each time. It keeps no more than this, in bytes.
pub const KEPT: usize = 16 << 20;

/// What a header begins with. So a program that connects by mistake is noticed at once, such as a
/// browser with its `GET `.
const SIGN: [u8; 4] = *b"book";

/// What is sent in place of a header when no more messages will come.
const GOODBYE: [u8; HEADER] = *b"goodbye\n";

/// How much memory an announced message gets before its first bytes have come, in bytes. Later, it
/// gets at most as much again as has come already.
const FIRST_STEP: usize = 1 << 20;

/// The header of a message.
// ANCHOR: header
pub(crate) fn header(length: usize) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&SIGN);
    header[4..].copy_from_slice(&(length as u32).to_le_bytes());
    header
}

/// The length that a header announces. Nothing is allocated here, whatever the header says.
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

/// Sends messages as frames, into anything that takes bytes.
pub(crate) struct FrameSender<W: Write + Ending> {
    bytes: W,
    longest: usize,
    /// Whether every message so far was sent as a whole.
    whole: bool,
}

impl<W: Write + Ending> FrameSender<W> {
    pub(crate) fn new(bytes: W, longest: usize) -> Self {
        Self { bytes, longest, whole: true }
    }
}

impl<W: Write + Ending> Drop for FrameSender<W> {
    fn drop(&mut self) {
        if self.bytes.loses_what_is_under_way() && self.whole {
            self.bytes.hurry();
            // If the goodbye doesn't arrive, the other side knows that something may be missing.
            let _ = self.bytes.write_all(&GOODBYE);
        }
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
        // One system call writes header and message, if there is room for both.
        let mut both = [IoSlice::new(&header), IoSlice::new(message)];
        let mut rest = &mut both[..];
        self.whole = false;
        while !rest.is_empty() {
            match self.bytes.write_vectored(rest) {
                Ok(0) => return Err(Problem::Ended),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.whole = true;
        Ok(())
    }
    // ANCHOR_END: send

    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        self.bytes.end_with(process);
    }
}

/// What a stream needs to know about its end.
pub(crate) trait Ending: Send {
    /// Makes the stream end as soon as `process` can be read, as if the other side had gone.
    fn end_with(&mut self, process: &Arc<OwnedFd>);

    /// Whether bytes that were written and not yet read may be lost when the writer leaves. If so,
    /// the end of the stream doesn't prove that everything has come.
    fn loses_what_is_under_way(&self) -> bool;

    /// Makes every later write wait a moment at most.
    fn hurry(&mut self);
}

/// Something to read bytes from that can stop waiting at a deadline.
pub(crate) trait Patient: Read + Ending {
    /// Makes every later read fail with `TimedOut` when nothing comes until `deadline`.
    fn wait_until(&mut self, deadline: Option<Instant>);
}

/// Receives messages as frames, from anything that has bytes.
pub(crate) struct FrameReceiver<R> {
    bytes: BufReader<R>,
    longest: usize,
    /// Begins with the last message. It is never made shorter, unless it has more than [`KEPT`]
    /// bytes, so that it need not be filled with zeros again.
    message: Vec<u8>,
}

impl<R: Patient> FrameReceiver<R> {
    pub(crate) fn new(bytes: R, longest: usize) -> Self {
        Self { bytes: BufReader::new(bytes), longest, message: Vec::new() }
    }

    /// Waits for the first bytes of a frame.
    fn begin(&mut self) -> Result<(), Problem> {
        loop {
            match self.bytes.fill_buf() {
                Ok([]) => return Err(Problem::Ended),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads a message to the beginning of `message`; returns its length, or `None` for a goodbye.
    fn read(&mut self) -> Result<Option<usize>, Problem> {
        let mut header = [0; HEADER];
        self.bytes.read_exact(&mut header)?;
        if header == GOODBYE {
            return Ok(None);
        }
        let length = announced(header, self.longest)?;
        let mut come = self.message.len().min(length);
        self.bytes.read_exact(&mut self.message[..come])?;
        while come < length {
            let step = come.max(FIRST_STEP).min(length - come);
            grow(&mut self.message, step, length)?;
            self.message.resize(come + step, 0);
            self.bytes.read_exact(&mut self.message[come..])?;
            come += step;
        }
        Ok(Some(length))
    }
}

impl<R: Patient> Receiver for FrameReceiver<R> {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        let stream = self.bytes.get_mut();
        stream.wait_until(deadline);
        if self.message.len() > KEPT {
            self.message = Vec::new();
        }
        // With most streams, an end between two messages is an ordinary end.
        let goodbye_is_missing = stream.loses_what_is_under_way();
        match self.begin() {
            Err(Problem::Ended) if goodbye_is_missing => return Err(Problem::Truncated),
            begun => begun?,
        }
        match self.read() {
            Ok(Some(length)) => Ok(&self.message[..length]),
            Ok(None) => Err(Problem::Ended),
            Err(Problem::Ended) => Err(Problem::Truncated),
            Err(problem) => Err(problem),
        }
    }

    fn end_with(&mut self, process: &Arc<OwnedFd>) {
        self.bytes.get_mut().end_with(process);
    }
}
