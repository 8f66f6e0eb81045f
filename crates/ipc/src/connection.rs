//! A two-way connection of messages: what every transport has to be.

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

    /// From now on, waits no longer than `process` lives: see [`Connection::end_with`].
    fn end_with(&mut self, _process: &Arc<Descriptor>) {}
}

/// The end that messages come out of.
pub trait Receiver: Send {
    /// Waits for the next message, until `deadline` if there is one. It is borrowed until the
    /// next call, so that it can stay where it is.
    ///
    /// From a ring, it stays in memory that the other side can still write to. Where you can't trust
    /// that side, copy the message before you check it.
    ///
    /// # Errors
    ///
    /// When the other side has gone, or is late, or doesn't keep to the protocol.
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem>;

    /// The same of this end.
    fn end_with(&mut self, _process: &Arc<Descriptor>) {}
}
// ANCHOR_END: traits

/// What both sides have to agree on.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest message in bytes, and no more than 4 GiB. No message gets more memory than
    /// this, and none because the other side announces it: beyond a first MiB, never more than
    /// as much again as has come.
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
    /// These halves; but once one of them has failed, it stays so. In the middle of a message, it
    /// could take what comes next for the beginning of another one.
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
        // What is returned stays where it is: that costs every message less than passing it on.
        let sent = self.half.send(message);
        if let Err(problem) = &sent {
            // Of what is too long, nothing was sent.
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

    /// From now on, the connection ends with the process at the other end, even while somebody
    /// else holds it open: a copy of that process, made by fork, which lives on. What came before
    /// is received first. `process` can be read as soon as it has ended; on Linux it is a pidfd.
    ///
    /// Streams and rings do this. The channels of `ipc-channel` don't let anybody. With pipes, it
    /// costs a call of the system or two whenever we wait.
    pub fn end_with(&mut self, process: Descriptor) {
        let process = Arc::new(process);
        self.halves.sender.end_with(&process);
        self.halves.receiver.end_with(&process);
    }

    /// The two halves, for two threads: one that sends and one that receives.
    pub fn split(self) -> Halves {
        self.halves
    }

    /// An error of this connection.
    #[cfg(unix)]
    pub(crate) fn problem(&self, problem: Problem) -> Error {
        problem.with(self.transport, &self.peer)
    }

    /// Who is at the other end, in words.
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

    /// Those that end with a process, although their other side stays open: here, it is ours.
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

    /// More than any of them holds.
    const LONG: usize = 15 << 20;

    /// A process that ends when the pipe is dropped.
    fn process() -> (Arc<OwnedFd>, io::PipeWriter) {
        let (ends, process) = io::pipe().unwrap();
        (Arc::new(ends.into()), process)
    }

    fn pair(transport: Transport) -> (Halves, Connection) {
        let (ours, theirs) = transport.pair(Settings::default()).unwrap();
        (ours.split(), theirs)
    }

    /// What a thread says, if it doesn't hang.
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
            // The other half needn't know.
            receiver.end_with(&ends);
            theirs.send(b"the last words").unwrap();
            drop(process);
            let problem = said(move || {
                assert_eq!(receiver.receive(None).unwrap(), b"the last words");
                receiver.receive(None).map(|_| ()).unwrap_err()
            });
            match problem {
                Problem::Ended => {}
                // Nobody knows whether they were the last.
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
            // A part of it may be under way: nothing may come after that.
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
