//! Shared memory with a ring in it: one sender and one receiver each way, and no lock.
//!
//! * `ring/layout.rs`: what lies where.
//! * `ring/lane.rs`: the protocol, all of it in four kinds of atomic words.
//! * `ring/waiting.rs`: to look again and again, or to sleep; [`futex`] is the bed.
//! * `ring/memory.rs`: the memory itself, which has no name and leaves nothing behind.
//!
//! A message is copied once, into the ring. Whoever receives it reads it where it lies.

pub mod futex;
mod lane;
mod layout;
mod memory;
mod waiting;

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Instant;

use crate::connection::{Halves, Receiver, Sender};
use crate::error::Problem;
use crate::transport::{Ends, Transport, exactly};
use lane::{Consumer, Memory, Producer, Wait};
use memory::Shared;
use waiting::{Lifeline, Sleep, Spin};

/// How often the sleeping ring looks before it goes to sleep: for about as long as it takes to
/// be woken. So it never waits much more than twice as long as it had to.
const LOOKS: u32 = 500;

/// A new ring; the other side gets the memory, and one end of the lifeline.
pub(crate) fn open(transport: Transport, longest: usize) -> Result<Ends, Problem> {
    let ([there, back], memory) = memory::create()?;
    let (lifeline, theirs) = UnixStream::pair()?;
    let ours = halves(transport, there, back, lifeline, longest);
    Ok(Ends::connected(ours, vec![memory, theirs.into()]))
}

/// The other side of it: its way there is our way back.
pub(crate) fn join(
    transport: Transport,
    descriptors: Vec<OwnedFd>,
    longest: usize,
) -> Result<Halves, Problem> {
    let [memory, lifeline] = exactly(descriptors)?;
    let [back, there] = memory::join(memory)?;
    Ok(halves(transport, there, back, lifeline.into(), longest))
}

fn halves(
    transport: Transport,
    there: Shared,
    back: Shared,
    lifeline: UnixStream,
    longest: usize,
) -> Halves {
    let lifeline = Lifeline::new(lifeline);
    if transport == Transport::SpinningRing {
        let spin = || Spin(lifeline.clone());
        with(Producer::new(there, spin()), Consumer::new(back, spin(), longest), longest)
    } else {
        // Where there is one core, nothing changes while we look.
        let alone = std::thread::available_parallelism().is_ok_and(|n| n.get() == 1);
        let looks = if alone { 0 } else { LOOKS };
        let sleep = || Sleep { lifeline: lifeline.clone(), looks };
        with(
            Producer::new(there, sleep()),
            Consumer::new(back, sleep(), longest),
            longest,
        )
    }
}

fn with<M, W>(
    producer: Producer<M, W>,
    consumer: Consumer<M, W>,
    longest: usize,
) -> Halves
where
    M: Memory + Send + 'static,
    W: Wait + Send + 'static,
{
    Halves {
        sender: Box::new(RingSender { producer, longest }),
        receiver: Box::new(consumer),
    }
}

struct RingSender<M: Memory, W: Wait> {
    producer: Producer<M, W>,
    longest: usize,
}

impl<M: Memory + Send, W: Wait + Send> Sender for RingSender<M, W> {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        if message.len() > self.longest {
            return Err(Problem::TooLong {
                length: message.len(),
                longest: self.longest,
            });
        }
        self.producer.send(message)
    }
}

impl<M: Memory + Send, W: Wait + Send> Receiver for Consumer<M, W> {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.receive(deadline)
    }
}
