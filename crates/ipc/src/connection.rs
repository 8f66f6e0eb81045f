//! A connection that carries messages both ways, and the traits that every transport implements.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::descriptor::Descriptor;
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

    /// Stops waiting for the other side when `process` has ended: see [`Connection::end_with`].
    fn end_with(&mut self, _process: &Arc<Descriptor>) {}
}

/// The end that messages come out of.
pub trait Receiver: Send {
    /// Waits for the next message, until `deadline` if there is one. The message is borrowed
    /// until the next call, so that it need not be copied.
    ///
    /// A message from a ring stays in memory that the other side can still write to. If you can't
    /// trust that side, copy the message before you check it.
    ///
    /// # Errors
    ///
    /// When the other side has gone, or is late, or doesn't keep to the protocol.
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem>;

    /// Stops waiting for the other side when `process` has ended: see [`Connection::end_with`].
    fn end_with(&mut self, _process: &Arc<Descriptor>) {}
}
// ANCHOR_END: traits

/// What both sides have to agree on.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest message in bytes, at most 4 GiB. A receiver never takes more memory than this
    /// for a message. Nor does it believe a length that is only announced: after a first MiB, it
    /// takes at most as much again as has come already.
    pub longest: usize,
    /// How long to wait for the other side to connect.
    pub patience: Duration,
}

impl Default for Settings {
    /// Messages of up to 16 MiB, and a patience of 10 s.
    fn default() -> Self {
        Self { longest: 16 << 20, patience: Duration::from_secs(10) }
    }
}

/// The two ends of a connection that one side holds.
pub struct Halves {
    /// The end through which this side sends.
    pub sender: Box<dyn Sender>,
    /// The end through which this side receives.
    pub receiver: Box<dyn Receiver>,
}

impl Halves {
    /// Makes halves of these two ends, and sees to it that an end that has failed once fails ever
    /// after. If it failed in the middle of a message, it would take the rest for a new message.
    pub(crate) fn of(
        sender: impl Sender + 'static,
        receiver: impl Receiver + 'static,
    ) -> Self {
        Self {
            sender: Box::new(Guarded { half: sender, failed: false }),
            receiver: Box::new(Guarded { half: receiver, failed: false }),
        }
    }
}

struct Guarded<H> {
    half: H,
    failed: bool,
}

impl<S: Sender> Sender for Guarded<S> {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        if self.failed {
            return Err(Problem::Broken);
        }
        // Only looks at the result: taking it apart and building it anew would cost every message.
        let sent = self.half.send(message);
        if let Err(problem) = &sent {
            // When a message is too long, no part of it was sent.
            self.failed = !matches!(problem, Problem::TooLong { .. });
        }
        sent
    }

    fn end_with(&mut self, process: &Arc<Descriptor>) {
        self.half.end_with(process);
    }
}

impl<R: Receiver> Receiver for Guarded<R> {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        if self.failed {
            return Err(Problem::Broken);
        }
        let received = self.half.receive(deadline);
        self.failed = received.is_err();
        received
    }

    fn end_with(&mut self, process: &Arc<Descriptor>) {
        self.half.end_with(process);
    }
}

/// A connection with another process or thread: messages both ways.
pub struct Connection {
    halves: Halves,
    transport: Transport,
    peer: String,
}

impl Connection {
    pub(crate) fn new(halves: Halves, transport: Transport, peer: String) -> Self {
        Self { halves, transport, peer }
    }

    /// Sends a message. Waits while the other side is so far behind that nothing more is held for
    /// it.
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

    /// Waits for the next message, but no longer than `patience`.
    ///
    /// # Errors
    ///
    /// As [`Receiver::receive`].
    pub fn receive_within(&mut self, patience: Duration) -> Result<&[u8], Error> {
        let deadline = Instant::now().checked_add(patience);
        let received = self.halves.receiver.receive(deadline);
        received.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// Waits for the next message and sends it back: what an echo does, without a copy in between.
    ///
    /// # Errors
    ///
    /// As [`Receiver::receive`] and [`Sender::send`].
    pub fn echo(&mut self) -> Result<(), Error> {
        let Halves { sender, receiver } = &mut self.halves;
        let echoed = receiver.receive(None).and_then(|message| sender.send(message));
        echoed.map_err(|problem| problem.with(self.transport, &self.peer))
    }

    /// Makes the connection end with the process at the other end, even if another process still
    /// holds the other end open: a child that was forked there and lives on. Messages sent before
    /// are received first. `process` is a descriptor that can be read as soon as the process has
    /// ended; on Linux that is a pidfd.
    ///
    /// Streams and rings can do this. The channels of `ipc-channel` can't: they wait for nothing
    /// else. With pipes, each time we wait costs one or two more system calls.
    pub fn end_with(&mut self, process: Descriptor) {
        let process = Arc::new(process);
        self.halves.sender.end_with(&process);
        self.halves.receiver.end_with(&process);
    }

    /// Takes the connection apart, for two threads: one that sends and one that receives.
    pub fn split(self) -> Halves {
        self.halves
    }

    /// This problem as an error of this connection.
    #[cfg(unix)]
    pub(crate) fn problem(&self, problem: Problem) -> Error {
        problem.with(self.transport, &self.peer)
    }

    /// Who is at the other end, in words for an error message.
    pub fn peer(&self) -> &str {
        &self.peer
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::fd::OwnedFd;
    use std::sync::mpsc;
    use std::{io, thread};

    use super::*;

    /// The transports that can end with a process while their other side stays open. In these tests
    /// it does, since it is in this process.
    const ENDING: &[Transport] = &[
        Transport::Pipes,
        Transport::SocketPair,
        Transport::Tcp,
        #[cfg(target_os = "linux")]
        Transport::SpinningRing,
        #[cfg(target_os = "linux")]
        Transport::SleepingRing,
        Transport::PortableRing,
    ];

    const LONG_ENOUGH: Duration = Duration::from_secs(60);

    /// The length of a message that no transport holds as a whole, in bytes.
    const LONG: usize = 15 << 20;

    /// Stands for a process: a descriptor that can be read once the pipe is dropped, as if the
    /// process had ended then.
    fn process() -> (Arc<OwnedFd>, io::PipeWriter) {
        let (ends, process) = io::pipe().unwrap();
        (Arc::new(ends.into()), process)
    }

    fn pair(transport: Transport) -> (Halves, Connection) {
        let (ours, theirs) = transport.pair(Settings::default()).unwrap();
        (ours.split(), theirs)
    }

    /// What `by` returns, in a thread of its own so that the test fails if it hangs.
    fn said<T: Send + 'static>(by: impl FnOnce() -> T + Send + 'static) -> T {
        let (say, said) = mpsc::channel();
        thread::spawn(move || say.send(by()));
        said.recv_timeout(LONG_ENOUGH).expect("it doesn't hang")
    }

    #[test]
    fn who_receives_from_a_process_that_has_ended_is_told() {
        for &transport in ENDING {
            let (Halves { mut receiver, .. }, mut theirs) = pair(transport);
            let (ends, process) = process();
            // Only the receiver is told; that must be enough.
            receiver.end_with(&ends);
            theirs.send(b"the last words").unwrap();
            drop(process);
            let problem = said(move || {
                assert_eq!(receiver.receive(None).unwrap(), b"the last words");
                receiver.receive(None).map(|_| ()).unwrap_err()
            });
            match problem {
                Problem::Ended => {}
                // With TCP, nobody knows whether these were the last words.
                Problem::Truncated if transport == Transport::Tcp => {}
                problem => panic!("{transport}: {problem}"),
            }
            drop(theirs);
        }
    }

    #[test]
    fn who_sends_to_a_process_that_has_ended_is_told() {
        for &transport in ENDING {
            let (Halves { mut sender, .. }, theirs) = pair(transport);
            let (ends, process) = process();
            sender.end_with(&ends);
            drop(process);
            let (first, second) = said(move || {
                let mut send = || sender.send(&vec![0; LONG]).unwrap_err();
                (send(), send())
            });
            assert!(matches!(first, Problem::Ended), "{transport}: {first}");
            // A part of the message may have been sent, so nothing may follow.
            assert!(matches!(second, Problem::Broken), "{transport}: {second}");
            drop(theirs);
        }
    }

    #[test]
    fn whoever_is_not_to_end_with_a_process_does_not() {
        for &transport in ENDING {
            let (Halves { mut sender, mut receiver }, mut theirs) = pair(transport);
            let (ends, _process) = process();
            receiver.end_with(&ends);
            let reads = thread::spawn(move || theirs.receive().map(<[u8]>::len).unwrap());
            let sent = said(move || sender.send(&vec![0; LONG]));
            assert!(sent.is_ok(), "{transport}: {sent:?}");
            assert_eq!(reads.join().unwrap(), LONG);
        }
    }

    #[test]
    fn the_last_process_that_was_named_counts() {
        for &transport in ENDING {
            let (Halves { mut receiver, .. }, theirs) = pair(transport);
            let ((one, _lives), (other, process)) = (process(), process());
            receiver.end_with(&one);
            receiver.end_with(&other);
            drop(process);
            let problem = said(move || receiver.receive(None).map(|_| ()).unwrap_err());
            assert!(
                matches!(problem, Problem::Ended | Problem::Truncated),
                "{transport}: {problem}"
            );
            drop(theirs);
        }
    }
}
