//! A channel between threads of one process, to compare with.

use std::time::Instant;

use crossbeam_channel as crossbeam;

use crate::connection::{Halves, Receiver, Sender};
use crate::ends::Ends;
use crate::error::Problem;

/// How many messages a channel holds before its sender has to wait.
const UNDER_WAY: usize = 16;

/// How many bytes of long messages a channel holds, if there is more than one of them. Shorter
/// messages don't count: even [`UNDER_WAY`] of them are no more bytes than this.
const BYTES_UNDER_WAY: usize = 4 << 20;
const LONG: usize = BYTES_UNDER_WAY / UNDER_WAY;

/// Makes two crossbeam channels, one each way, for messages of up to `longest` bytes. A message
/// is moved through the channel, so each is a `Vec` of its own.
pub(crate) fn channel(longest: usize) -> Ends {
    let (our_sender, their_receiver) = lane(longest);
    let (their_sender, our_receiver) = lane(longest);
    let halves = |sender, receiver| Halves::of(sender, receiver);
    Ends::here(halves(our_sender, our_receiver), halves(their_sender, their_receiver))
}

fn lane(longest: usize) -> (ChannelSender, ChannelReceiver) {
    let (channel, messages) = crossbeam::bounded(UNDER_WAY);
    let (say_taken, taken) = crossbeam::unbounded();
    let sender = ChannelSender { channel, taken, bytes_under_way: 0, longest };
    (sender, ChannelReceiver { channel: messages, taken: say_taken, message: Vec::new() })
}

struct ChannelSender {
    channel: crossbeam::Sender<Vec<u8>>,
    /// The lengths of long messages that the receiver has taken.
    taken: crossbeam::Receiver<usize>,
    /// How many bytes of long messages are in the channel, as far as the sender knows.
    bytes_under_way: usize,
    longest: usize,
}

struct ChannelReceiver {
    channel: crossbeam::Receiver<Vec<u8>>,
    taken: crossbeam::Sender<usize>,
    message: Vec<u8>,
}

impl Sender for ChannelSender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let length = message.len();
        if length > self.longest {
            return Err(Problem::TooLong { length, longest: self.longest });
        }
        if length > LONG {
            while self.bytes_under_way > 0
                && self.bytes_under_way + length > BYTES_UNDER_WAY
            {
                self.bytes_under_way -= self.taken.recv().map_err(|_| Problem::Ended)?;
            }
            self.bytes_under_way += length;
        }
        self.channel.send(message.to_vec()).map_err(|_| Problem::Ended)
    }
}

impl Receiver for ChannelReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.message = match deadline {
            None => self.channel.recv().map_err(|_| Problem::Ended)?,
            Some(deadline) => {
                self.channel.recv_deadline(deadline).map_err(|error| match error {
                    crossbeam::RecvTimeoutError::Timeout => Problem::Late,
                    crossbeam::RecvTimeoutError::Disconnected => Problem::Ended,
                })?
            }
        };
        if self.message.len() > LONG {
            // It is no error here if the sender has gone meanwhile.
            let _ = self.taken.send(self.message.len());
        }
        Ok(&self.message)
    }
}
