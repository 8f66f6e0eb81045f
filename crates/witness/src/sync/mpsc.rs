//! [`std::sync::mpsc`], watched: [`channel`] and [`sync_channel`]. What the latter returns
//! for sending is a [`Sender`], too.

use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError};

use crate::record;
use crate::step::{Kind, Step, Thing, Wait};

/// Sends messages into a channel.
pub struct Sender<T> {
    inner: To<T>,
    channel: Thing,
}

enum To<T> {
    Real(std::sync::mpsc::Sender<T>),
    RealBounded(std::sync::mpsc::SyncSender<T>),
    Explored(shuttle::sync::mpsc::Sender<T>),
    ExploredBounded(shuttle::sync::mpsc::SyncSender<T>),
}

/// What [`sync_channel`] returns to send with. Here, both kinds of senders are of one type.
pub type SyncSender<T> = Sender<T>;

/// Receives messages from a channel.
pub struct Receiver<T> {
    inner: From<T>,
    channel: Thing,
}

enum From<T> {
    Real(std::sync::mpsc::Receiver<T>),
    Explored(shuttle::sync::mpsc::Receiver<T>),
}

/// A channel that holds any number of messages, so that sending never waits.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    if record::explored() {
        let (sender, receiver) = shuttle::sync::mpsc::channel();
        named(To::Explored(sender), From::Explored(receiver))
    } else {
        let (sender, receiver) = std::sync::mpsc::channel();
        named(To::Real(sender), From::Real(receiver))
    }
}

/// A channel that holds `bound` messages; a thread that sends more waits.
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (Sender<T>, Receiver<T>) {
    if record::explored() {
        let (sender, receiver) = shuttle::sync::mpsc::sync_channel(bound);
        named(To::ExploredBounded(sender), From::Explored(receiver))
    } else {
        let (sender, receiver) = std::sync::mpsc::sync_channel(bound);
        named(To::RealBounded(sender), From::Real(receiver))
    }
}

#[track_caller]
fn named<T>(sender: To<T>, receiver: From<T>) -> (Sender<T>, Receiver<T>) {
    let channel = record::make(Kind::Channel);
    (Sender { inner: sender, channel }, Receiver { inner: receiver, channel })
}

impl<T> Sender<T> {
    /// Sends `message`; waits while a bounded channel is full.
    ///
    /// # Errors
    ///
    /// When the receiver is gone: the message.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        record::sends(&message);
        record::await_turn();
        record::locks_within();
        let sent = record::waiting(Wait::Room(self.channel), || match &self.inner {
            To::Real(inner) => inner.send(message),
            To::RealBounded(inner) => inner.send(message),
            To::Explored(inner) => inner.send(message),
            To::ExploredBounded(inner) => inner.send(message),
        });
        if sent.is_ok() {
            record::note(Step::Sends(self.channel));
        }
        sent
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        let inner = match &self.inner {
            To::Real(inner) => To::Real(inner.clone()),
            To::RealBounded(inner) => To::RealBounded(inner.clone()),
            To::Explored(inner) => To::Explored(inner.clone()),
            To::ExploredBounded(inner) => To::ExploredBounded(inner.clone()),
        };
        Self { inner, channel: self.channel }
    }
}

impl<T> Receiver<T> {
    /// Waits for a message.
    ///
    /// # Errors
    ///
    /// When all senders are gone and no message is left.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        record::await_turn();
        record::locks_within();
        let received = record::waiting(Wait::For(self.channel), || match &self.inner {
            From::Real(inner) => inner.recv(),
            From::Explored(inner) => inner.recv(),
        });
        if received.is_ok() {
            record::note(Step::Receives(self.channel));
        }
        received
    }

    /// Waits for a message, but no longer than `patience`. In a run under
    /// [`explore`](crate::explore) or [`roll`](crate::roll) there is no clock, and no limit to
    /// waiting.
    ///
    /// # Errors
    ///
    /// When none has come, or when all senders are gone and no message is left.
    #[track_caller]
    pub fn recv_timeout(&self, patience: Duration) -> Result<T, RecvTimeoutError> {
        record::await_turn();
        record::locks_within();
        let received = record::waiting(Wait::For(self.channel), || match &self.inner {
            From::Real(inner) => inner.recv_timeout(patience),
            From::Explored(inner) => inner.recv_timeout(patience),
        });
        if received.is_ok() {
            record::note(Step::Receives(self.channel));
        }
        received
    }

    /// A message, if there is one just now.
    ///
    /// # Errors
    ///
    /// When there is none, or when none will ever come.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        record::await_turn();
        record::locks_within();
        let received = match &self.inner {
            From::Real(inner) => inner.try_recv(),
            From::Explored(inner) => inner.try_recv(),
        };
        match received {
            Ok(_) => record::note(Step::Receives(self.channel)),
            Err(TryRecvError::Empty) => record::note(Step::FindsEmpty(self.channel)),
            Err(TryRecvError::Disconnected) => {}
        }
        received
    }

    /// All messages that will come.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }
}

/// All messages that will come.
pub struct IntoIter<T>(Receiver<T>);

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

/// All messages that will come, from a receiver that stays.
#[derive(Debug)]
pub struct Iter<'a, T>(&'a Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

impl<T> Debug for Sender<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> Debug for Receiver<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

impl<T> Debug for IntoIter<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").finish_non_exhaustive()
    }
}
