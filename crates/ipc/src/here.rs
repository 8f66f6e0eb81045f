//! Inside of one process, to compare with: a channel between threads.

use std::time::Instant;

use crossbeam_channel as crossbeam;

use crate::connection::{Halves, Receiver, Sender};
use crate::ends::Ends;
use crate::error::Problem;

/// How many messages a channel holds before its sender has to wait.
const UNDER_WAY: usize = 16;

/// Two crossbeam channels, one each way. What is sent is moved, so each message is a `Vec` of
/// its own.
pub(crate) fn channel(longest: usize) -> Ends {
    let (to_them, from_us) = crossbeam::bounded(UNDER_WAY);
    let (to_us, from_them) = crossbeam::bounded(UNDER_WAY);
    let halves = |sender, receiver| Halves {
        sender: Box::new(ChannelSender(sender, longest)),
        receiver: Box::new(ChannelReceiver(receiver, Vec::new())),
    };
    Ends::here(halves(to_them, from_them), halves(to_us, from_us))
}

struct ChannelSender(crossbeam::Sender<Vec<u8>>, usize);

impl Sender for ChannelSender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let Self(sender, longest) = self;
        if message.len() > *longest {
            return Err(Problem::TooLong { length: message.len(), longest: *longest });
        }
        sender.send(message.to_vec()).map_err(|_| Problem::Ended)
    }
}

struct ChannelReceiver(crossbeam::Receiver<Vec<u8>>, Vec<u8>);

impl Receiver for ChannelReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        let Self(receiver, last) = self;
        *last = match deadline {
            None => receiver.recv().map_err(|_| Problem::Ended)?,
            Some(deadline) => {
                receiver.recv_deadline(deadline).map_err(|error| match error {
                    crossbeam::RecvTimeoutError::Timeout => Problem::Late,
                    crossbeam::RecvTimeoutError::Disconnected => Problem::Ended,
                })?
            }
        };
        Ok(last)
    }
}
