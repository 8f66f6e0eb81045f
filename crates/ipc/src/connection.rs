//! A two-way connection of messages: what every transport has to be.

use std::time::{Duration, Instant};

use crate::error::{Error, Problem};
use crate::transport::Transport;

/// The end that messages go into.
// ANCHOR: traits
pub trait Sender: Send {
    /// Sends a message, of any bytes and any length up to the longest. Waits while the other
    /// side is so far behind that nothing more is held for it: *back-pressure*.
    ///
    /// # Errors
    ///
    /// When the other side has gone, or the message is too long.
    fn send(&mut self, message: &[u8]) -> Result<(), Problem>;
}

/// The end that messages come out of.
pub trait Receiver: Send {
    /// Waits for the next message, until `deadline` if there is one. It is borrowed until the
    /// next call, so that it can stay where it is.
    ///
    /// # Errors
    ///
    /// When the other side has gone, or is late, or doesn't keep to the protocol.
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem>;
}
// ANCHOR_END: traits

/// What both sides have to agree on.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest message in bytes, and no more than 4 GiB. Nothing longer than this is ever
    /// allocated because the other side says so.
    pub longest: usize,
    /// How long to wait for the other side to connect.
    pub patience: Duration,
}

impl Default for Settings {
    /// 16 MiB, and 10 s.
    fn default() -> Self {
        Self { longest: 16 << 20, patience: Duration::from_secs(10) }
    }
}

/// Both ends of the two lanes that this side holds.
pub struct Halves {
    /// What we send through.
    pub sender: Box<dyn Sender>,
    /// What we receive through.
    pub receiver: Box<dyn Receiver>,
}

impl Halves {
    /// These halves; but once the receiver has failed, it stays so. In the middle of a message,
    /// it could take what comes next for the beginning of another one.
    pub(crate) fn guarded(self) -> Self {
        Self {
            receiver: Box::new(Guarded { receiver: self.receiver, failed: false }),
            ..self
        }
    }
}

struct Guarded {
    receiver: Box<dyn Receiver>,
    failed: bool,
}

impl Receiver for Guarded {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        if self.failed {
            return Err(Problem::Broken);
        }
        self.receiver.receive(deadline).inspect_err(|_| self.failed = true)
    }
}

/// A connection with somebody: messages both ways.
pub struct Connection {
    halves: Halves,
    transport: Transport,
    peer: String,
}

impl Connection {
    pub(crate) fn new(halves: Halves, transport: Transport, peer: String) -> Self {
        Self { halves, transport, peer }
    }

    /// Sends a message; waits while the other side is too far behind.
    ///
    /// # Errors
    ///
    /// As [`Sender::send`].
    pub fn send(&mut self, message: &[u8]) -> Result<(), Error> {
        let sent = self.halves.sender.send(message);
        sent.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// Waits for the next message, which is borrowed until the next call.
    ///
    /// # Errors
    ///
    /// As [`Receiver::receive`].
    pub fn receive(&mut self) -> Result<&[u8], Error> {
        let received = self.halves.receiver.receive(None);
        received.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// The same, but waits no longer than `patience`.
    ///
    /// # Errors
    ///
    /// As [`Receiver::receive`].
    pub fn receive_within(&mut self, patience: Duration) -> Result<&[u8], Error> {
        let deadline = Instant::now().checked_add(patience);
        let received = self.halves.receiver.receive(deadline);
        received.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// The next message, sent back: what an echo does, without a copy in between.
    ///
    /// # Errors
    ///
    /// As [`Receiver::receive`] and [`Sender::send`].
    pub fn echo(&mut self) -> Result<(), Error> {
        let Halves { sender, receiver } = &mut self.halves;
        let echoed = receiver.receive(None).and_then(|message| sender.send(message));
        echoed.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// The two halves, for two threads: one that sends and one that receives.
    pub fn split(self) -> Halves {
        self.halves
    }

    /// An error of this connection.
    pub(crate) fn problem(&self, problem: Problem) -> Error {
        problem.with(self.transport, &self.peer)
    }

    /// Who is at the other end, in words.
    pub fn peer(&self) -> &str {
        &self.peer
    }
}
