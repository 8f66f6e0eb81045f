//! The channels of the crate `ipc-channel`, which Servo is made of: like the channels between
//! threads, but between processes. In three ways: with messages that have a type, with bytes,
//! and with each message in shared memory of its own.
//!
//! On Linux they are Unix sockets that keep packets apart, so nobody has to put frames around
//! messages. What a packet can't hold, the crate would send through a second pair of sockets.
//! Then its `send` holds both ends, and if the receiver is killed at that moment it waits for
//! ever. So we cut long messages into packets ourselves.
//!
//! ipc-channel trusts its peers: who writes to its sockets in another way can make the
//! receiver allocate whatever he says, or panic. Use it between processes of one program.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use ipc_channel::ipc::{
    self, IpcBytesReceiver, IpcBytesSender, IpcOneShotServer, IpcReceiver, IpcSender,
    IpcSharedMemory,
};
use ipc_channel::{IpcError, TryRecvError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::connection::{Halves, Receiver, Sender};
use crate::error::Problem;
use crate::frame::{HEADER, announced, header};
use crate::transport::Ends;

/// The longest piece of a message in a packet, in bytes. With all that goes around it, it has to
/// be less than what a socket holds, which is 208 KiB on an ordinary Linux.
const PIECE: usize = 128 << 10;

/// A way to use such channels.
pub(crate) trait Way: 'static {
    /// The sending end, which can itself be sent.
    type Out: Sender + Serialize + DeserializeOwned + 'static;
    /// The receiving end, which can itself be sent.
    type In: Receiver + Serialize + DeserializeOwned + 'static;

    /// A new channel, for messages of up to `longest` bytes.
    fn channel(longest: usize) -> Result<(Self::Out, Self::In), Problem>;
}

/// Opens a server that waits for one to connect, who sends the ends that are for us.
///
/// `accept` of such a server never returns when nobody connects. So a thread calls it; when
/// our patience has ended, we connect ourselves, with empty hands, and so the thread ends.
// ANCHOR: accept
pub(crate) fn open<W: Way>(_: usize) -> Result<Ends, Problem> {
    let (server, name) = IpcOneShotServer::<(W::Out, W::In)>::new()?;
    let address = name.clone();
    let accept = move |deadline: Instant| {
        let (say, connected) = mpsc::channel();
        let waits = thread::Builder::new().name("accept".into());
        waits.spawn(move || say.send(server.accept().map(|(_, ends)| ends)))?;
        let left = deadline.saturating_duration_since(Instant::now());
        let Ok(ends) = connected.recv_timeout(left) else {
            drop(IpcSender::<(W::Out, W::In)>::connect(name));
            return Err(Problem::Late);
        };
        let (sender, receiver) = ends?;
        Ok(Halves { sender: Box::new(sender), receiver: Box::new(receiver) })
    };
    Ok(Ends { address, accept: Some(Box::new(accept)), ..Ends::default() })
}
// ANCHOR_END: accept

/// Connects to the server called `name`.
// ANCHOR: join
pub(crate) fn join<W: Way>(name: String, longest: usize) -> Result<Halves, Problem> {
    let (sender, their_receiver) = W::channel(longest)?;
    let (their_sender, receiver) = W::channel(longest)?;
    let server = IpcSender::connect(name)?;
    server.send((their_sender, their_receiver))?;
    Ok(Halves { sender: Box::new(sender), receiver: Box::new(receiver) })
}
// ANCHOR_END: join

/// Messages that have a type, which serde turns into bytes and back.
pub(crate) struct Typed;

/// A part of a message, as it goes through a typed channel.
#[derive(Serialize, Deserialize)]
struct Packet {
    /// The length of the whole message in bytes.
    whole: u32,
    piece: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct TypedSender {
    channel: IpcSender<Packet>,
    longest: usize,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct TypedReceiver {
    channel: IpcReceiver<Packet>,
    longest: usize,
    message: Vec<u8>,
}

impl Way for Typed {
    type Out = TypedSender;
    type In = TypedReceiver;

    fn channel(longest: usize) -> Result<(TypedSender, TypedReceiver), Problem> {
        let (sender, receiver) = ipc::channel()?;
        Ok((
            TypedSender { channel: sender, longest },
            TypedReceiver { channel: receiver, longest, message: Vec::new() },
        ))
    }
}

impl Sender for TypedSender {
    // ANCHOR: typed
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let whole = fits(message.len(), self.longest)? as u32;
        for piece in pieces(message, 0) {
            self.channel.send(Packet { whole, piece: piece.to_vec() })?;
        }
        Ok(())
    }
    // ANCHOR_END: typed
}

impl Receiver for TypedReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        let channel = &self.channel;
        let next = || match deadline {
            None => channel.recv().map_err(Problem::from),
            Some(deadline) => Ok(channel.try_recv_timeout(left(deadline))?),
        };
        let Packet { whole, piece } = next()?;
        let length = fits(whole as usize, self.longest)?;
        self.message = piece;
        collect(&mut self.message, length, 0, || Ok(next()?.piece))?;
        Ok(&self.message)
    }
}

/// Bytes. Each message begins with the header that it would have in a stream.
pub(crate) struct Bytes;

#[derive(Serialize, Deserialize)]
pub(crate) struct BytesSender {
    channel: IpcBytesSender,
    longest: usize,
    /// The first packet of the last message; only its memory is used again.
    first: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BytesReceiver {
    /// Gone after a deadline has passed.
    channel: Option<IpcBytesReceiver>,
    longest: usize,
    message: Vec<u8>,
}

impl BytesReceiver {
    /// The next packet. This kind of channel knows no deadline: so a thread waits for it, and
    /// we wait for the thread.
    fn next(&mut self, deadline: Option<Instant>) -> Result<Vec<u8>, Problem> {
        let channel = self.channel.take().ok_or(Problem::Late)?;
        let Some(deadline) = deadline else {
            return Ok(self.channel.insert(channel).recv()?);
        };
        let (say, received) = mpsc::channel();
        let waits = thread::Builder::new().name("receive".into());
        waits.spawn(move || {
            let packet = channel.recv();
            say.send((channel, packet))
        })?;
        let (channel, packet) =
            received.recv_timeout(left(deadline)).map_err(|_| Problem::Late)?;
        self.channel = Some(channel);
        Ok(packet?)
    }
}

impl Way for Bytes {
    type Out = BytesSender;
    type In = BytesReceiver;

    fn channel(longest: usize) -> Result<(BytesSender, BytesReceiver), Problem> {
        let (sender, receiver) = ipc::bytes_channel()?;
        Ok((
            BytesSender { channel: sender, longest, first: Vec::new() },
            BytesReceiver { channel: Some(receiver), longest, message: Vec::new() },
        ))
    }
}

impl Sender for BytesSender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let length = fits(message.len(), self.longest)?;
        let mut pieces = pieces(message, HEADER);
        self.first.clear();
        self.first.extend_from_slice(&header(length));
        self.first.extend_from_slice(pieces.next().unwrap_or_default());
        self.channel.send(&self.first)?;
        for piece in pieces {
            self.channel.send(piece)?;
        }
        Ok(())
    }
}

impl Receiver for BytesReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        let mut message = self.next(deadline)?;
        let Some(header) = message.first_chunk() else {
            return Err(Problem::Garbage("sent something that is no message"));
        };
        let length = announced(*header, self.longest)?;
        collect(&mut message, length, HEADER, || self.next(deadline))?;
        self.message = message;
        Ok(&self.message[HEADER..])
    }
}

/// Each long message in shared memory of its own, and only a descriptor of it goes through the
/// channel.
pub(crate) struct SharedMemory;

/// A message up to this length, in bytes, goes through the channel itself: it is not worth
/// memory of its own, which comes in pages of at least so many bytes.
const NOT_WORTH_IT: usize = 4 << 10;

#[derive(Serialize, Deserialize)]
enum Parcel {
    Short(Vec<u8>),
    Long(IpcSharedMemory),
}

/// How many long messages may be under way, and how many bytes if they are more than one. The
/// channel itself would take hundreds of descriptors, of memory as long as you like. So the
/// receiver says when it has taken one.
const UNDER_WAY: usize = 64;
const BYTES_UNDER_WAY: usize = 4 << 20;

#[derive(Serialize, Deserialize)]
pub(crate) struct SharedMemorySender {
    channel: IpcSender<Parcel>,
    taken: IpcReceiver<()>,
    /// The lengths of the long messages that are not taken yet.
    under_way: VecDeque<usize>,
    longest: usize,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SharedMemoryReceiver {
    channel: IpcReceiver<Parcel>,
    taken: IpcSender<()>,
    longest: usize,
    message: Parcel,
}

impl Way for SharedMemory {
    type Out = SharedMemorySender;
    type In = SharedMemoryReceiver;

    fn channel(
        longest: usize,
    ) -> Result<(SharedMemorySender, SharedMemoryReceiver), Problem> {
        let (sender, receiver) = ipc::channel()?;
        let (say_taken, taken) = ipc::channel()?;
        Ok((
            SharedMemorySender {
                channel: sender,
                taken,
                under_way: VecDeque::new(),
                longest,
            },
            SharedMemoryReceiver {
                channel: receiver,
                taken: say_taken,
                longest,
                message: Parcel::Short(Vec::new()),
            },
        ))
    }
}

impl Sender for SharedMemorySender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        fits(message.len(), self.longest)?;
        if message.len() <= NOT_WORTH_IT {
            return Ok(self.channel.send(Parcel::Short(message.to_vec()))?);
        }
        while self.is_full(message.len()) {
            self.taken.recv()?;
            self.under_way.pop_front();
        }
        self.channel.send(Parcel::Long(IpcSharedMemory::from_bytes(message)))?;
        self.under_way.push_back(message.len());
        Ok(())
    }
}

impl SharedMemorySender {
    /// Whether a message of this length has to wait until others are taken.
    fn is_full(&self, length: usize) -> bool {
        let bytes = self.under_way.iter().sum::<usize>() + length;
        self.under_way.len() >= UNDER_WAY
            || !self.under_way.is_empty() && bytes > BYTES_UNDER_WAY
    }
}

impl Receiver for SharedMemoryReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.message = match deadline {
            None => self.channel.recv()?,
            Some(deadline) => self.channel.try_recv_timeout(left(deadline))?,
        };
        let message = match &self.message {
            Parcel::Short(message) => message,
            Parcel::Long(memory) => {
                // A sender that has gone meanwhile doesn't care.
                let _ = self.taken.send(());
                &memory[..]
            }
        };
        fits(message.len(), self.longest)?;
        Ok(message)
    }
}

/// A message in pieces that a packet holds, at least one; the first leaves room for `header`
/// bytes.
fn pieces(message: &[u8], header: usize) -> impl Iterator<Item = &[u8]> {
    let (first, rest) = message.split_at(message.len().min(PIECE - header));
    [first].into_iter().chain(rest.chunks(PIECE))
}

/// Makes `message`, which begins with `header` bytes of something else, `length` bytes longer
/// than that, with what `next` brings.
fn collect(
    message: &mut Vec<u8>,
    length: usize,
    header: usize,
    mut next: impl FnMut() -> Result<Vec<u8>, Problem>,
) -> Result<(), Problem> {
    while message.len() < header + length {
        let piece = match next() {
            Err(Problem::Ended) => return Err(Problem::Truncated),
            piece => piece?,
        };
        if piece.is_empty() {
            return Err(Problem::Garbage("sent less than it announced"));
        }
        message.extend_from_slice(&piece);
    }
    if message.len() > header + length {
        return Err(Problem::Garbage("sent more than it announced"));
    }
    Ok(())
}

fn fits(length: usize, longest: usize) -> Result<usize, Problem> {
    if length <= longest { Ok(length) } else { Err(Problem::TooLong { length, longest }) }
}

fn left(deadline: Instant) -> std::time::Duration {
    deadline.saturating_duration_since(Instant::now())
}

impl From<IpcError> for Problem {
    fn from(error: IpcError) -> Self {
        match error {
            IpcError::Disconnected => Self::Ended,
            IpcError::SerializationError(_) => {
                Self::Garbage("sent something that is no message")
            }
            IpcError::Io(error) => error.into(),
        }
    }
}

impl From<TryRecvError> for Problem {
    fn from(error: TryRecvError) -> Self {
        match error {
            TryRecvError::Empty => Self::Late,
            TryRecvError::IpcError(error) => error.into(),
        }
    }
}
