//! The channels of the crate `ipc-channel`, on which Servo is built: like the channels between
//! threads, but between processes. They are used in three ways: with messages that have a type,
//! with bytes, and with each message in shared memory of its own.
//!
//! On Linux the channels are Unix sockets that keep packets apart, so messages need no frames.
//! A message that is too long for a packet would be sent by the crate through a second pair of
//! sockets. While it does so, its `send` holds both ends of that pair, so if the receiver is
//! killed at that moment, `send` waits for ever. Therefore we cut long messages into packets
//! ourselves.
//!
//! ipc-channel trusts its peers. A process that writes to its sockets in another way can make the
//! receiver allocate any amount of memory, or panic, or keep descriptors open that it never asked
//! for. Memory that the crate shares can be made shorter while the receiver reads it, which kills
//! the receiver by SIGBUS. So use these channels between processes of one program.
//!
//! Where the system has no descriptor or no memory to spare, ipc-channel panics. So we check that
//! there are descriptors first; for memory, no such check is possible.
//!
//! A server of ipc-channel has a name: a socket in the folder for temporary files. If a parent is
//! killed before its child has joined, that socket stays there.

use std::collections::VecDeque;
use std::env;
use std::io::{self, ErrorKind};
use std::mem::offset_of;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ipc_channel::ipc::{
    self, IpcBytesReceiver, IpcBytesSender, IpcOneShotServer, IpcReceiver, IpcSender,
    IpcSharedMemory,
};
use ipc_channel::{IpcError, TryRecvError};
use nix::errno::Errno;
use nix::libc;
use nix::poll::PollFlags;
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::signal::SigSet;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::connection::{Halves, Receiver, Sender};
use crate::ends::Ends;
use crate::error::Problem;
use crate::frame::{HEADER, announced, header};
use crate::ready::ready;
use crate::room::grow;

/// The longest piece of a message that goes into one packet, in bytes. With all that goes around
/// it, it has to be less than what a socket holds, which is 208 KiB on an ordinary Linux.
const PIECE: usize = 128 << 10;

/// How long to wait for the end of a thread that has nothing more to wait for: it ends almost at
/// once.
const TIDYING_UP: Duration = Duration::from_secs(1);

/// A way to use such channels. Only the bare ends of a channel travel to the other side; limits and
/// other state belong to the side that has them.
pub(crate) trait Way: 'static {
    /// The sending end, which can itself be sent.
    type Out: Serialize + DeserializeOwned + Send + 'static;
    /// The receiving end, which can itself be sent.
    type In: Serialize + DeserializeOwned + Send + 'static;

    /// Makes a new channel.
    fn channel() -> Result<(Self::Out, Self::In), Problem>;

    /// Makes halves of such ends, for messages of up to `longest` bytes.
    fn halves(out: Self::Out, inward: Self::In, longest: usize) -> Halves;
}

/// Opens a server that waits for one peer to connect; the peer then sends the ends of two channels
/// that are for us.
///
/// `accept` of such a server never returns when nobody connects. So a thread calls it. When we stop
/// waiting, we connect to the server ourselves and send nothing, which ends the thread. (If another
/// process has connected before and says nothing, the thread ends only with that process.)
pub(crate) fn open<W: Way>(longest: usize) -> Result<Ends, Problem> {
    get_ready()?;
    place_for_socket()?;
    let server = IpcOneShotServer::<(W::Out, W::In)>::new();
    let (server, name) = server.map_err(no_socket)?;
    let address = name.clone();
    Ok(Ends::listening(address, move |until| {
        no_room(SPARE).map_or(Ok(()), Err)?;
        // ANCHOR: accept
        let (over, is_over) = io::pipe()?;
        let waits = thread::Builder::new().name("accept".into());
        let accepts = waits.spawn(move || {
            // Dropped when this thread ends, which the other thread sees.
            let _closed = is_over;
            let _ = undisturbed();
            server.accept().map(|(_, ends)| ends)
        })?;
        let waited = ready(&over, PollFlags::POLLIN, Some(until.deadline), until.process);
        if let Err(error) = waited {
            drop(IpcSender::<(W::Out, W::In)>::connect(name));
            // ANCHOR_END: accept
            // Connecting ends the thread, which also removes the server's socket.
            let tidy = Instant::now() + TIDYING_UP;
            let is_over = ready(&over, PollFlags::POLLIN, Some(tidy), None);
            // The process that has ended may have joined before, and left some messages.
            let ends = is_over.ok().and_then(|()| accepts.join().ok()?.ok());
            let (out, inward) = ends.ok_or(error)?;
            return Ok(W::halves(out, inward, longest));
        }
        match accepts.join() {
            Ok(ends) => {
                let (out, inward) = ends?;
                Ok(W::halves(out, inward, longest))
            }
            // ipc-channel panics when it is promised ends that don't come.
            Err(_) => Err(no_room(SPARE).unwrap_or(Problem::Garbage("sent no ends"))),
        }
    }))
}

/// Connects to the server called `name`.
// ANCHOR: join
pub(crate) fn join<W: Way>(name: String, longest: usize) -> Result<Halves, Problem> {
    get_ready()?;
    if name.contains('\0') {
        return Err(Problem::Garbage("sent an invitation without the name of a socket"));
    }
    let (out, their_in) = W::channel()?;
    let (their_out, inward) = W::channel()?;
    let server = IpcSender::connect(name).map_err(no_server)?;
    server.send((their_out, their_in))?;
    Ok(W::halves(out, inward, longest))
}
// ANCHOR_END: join

/// The way with messages that have a type: serde turns a [`Packet`] into bytes and back.
pub(crate) struct Typed;

/// A part of a message, as it goes through a typed channel.
// ANCHOR: packet
#[derive(Serialize, Deserialize)]
pub(crate) struct Packet {
    /// The length of the whole message in bytes.
    whole: u32,
    piece: Vec<u8>,
}
// ANCHOR_END: packet

impl Way for Typed {
    type Out = IpcSender<Packet>;
    type In = IpcReceiver<Packet>;

    fn channel() -> Result<(Self::Out, Self::In), Problem> {
        Ok(ipc::channel()?)
    }

    fn halves(out: Self::Out, inward: Self::In, longest: usize) -> Halves {
        Halves::of(
            TypedSender { channel: out, longest },
            TypedReceiver { channel: inward, longest, message: Vec::new() },
        )
    }
}

struct TypedSender {
    channel: IpcSender<Packet>,
    longest: usize,
}

impl Sender for TypedSender {
    // ANCHOR: typed
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let whole = fits(message.len(), self.longest)? as u32;
        for piece in pieces(message, 0) {
            uninterrupted(|| self.channel.send(Packet { whole, piece: piece.to_vec() }))?;
        }
        Ok(())
    }
    // ANCHOR_END: typed
}

struct TypedReceiver {
    channel: IpcReceiver<Packet>,
    longest: usize,
    message: Vec<u8>,
}

impl Receiver for TypedReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        let channel = &self.channel;
        let next = || receive(channel, deadline);
        let Packet { whole, piece } = next()?;
        let length = fits(whole as usize, self.longest)?;
        self.message = piece;
        collect(&mut self.message, length, 0, || Ok(next()?.piece))?;
        Ok(&self.message)
    }
}

/// The way with bytes. Each message begins with the header that it would have in a stream.
pub(crate) struct Bytes;

impl Way for Bytes {
    type Out = IpcBytesSender;
    type In = IpcBytesReceiver;

    fn channel() -> Result<(Self::Out, Self::In), Problem> {
        Ok(ipc::bytes_channel()?)
    }

    fn halves(out: Self::Out, inward: Self::In, longest: usize) -> Halves {
        Halves::of(
            BytesSender { channel: out, longest, first: Vec::new() },
            BytesReceiver { channel: inward, longest, message: Vec::new() },
        )
    }
}

struct BytesSender {
    channel: IpcBytesSender,
    longest: usize,
    /// The first packet of the last message, kept only so that its memory can be used again.
    first: Vec<u8>,
}

struct BytesReceiver {
    channel: IpcBytesReceiver,
    longest: usize,
    message: Vec<u8>,
}

/// How long to sleep at most before looking again whether a packet has come.
const NAP: Duration = Duration::from_millis(1);

impl BytesReceiver {
    /// Waits for the next packet. This kind of channel has no deadlines, so we look again and
    /// again, less often the longer it takes.
    fn next(&self, deadline: Option<Instant>) -> Result<Vec<u8>, Problem> {
        let Some(deadline) = deadline else {
            return uninterrupted(|| self.channel.recv());
        };
        let asked = Instant::now();
        loop {
            let is_late = deadline <= Instant::now();
            match uninterrupted(|| self.channel.try_recv()) {
                Err(Problem::Late) if !is_late => {
                    let nap = (asked.elapsed() / 8).min(NAP).min(left(deadline));
                    thread::park_timeout(nap);
                }
                packet => return packet,
            }
        }
    }
}

impl Sender for BytesSender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        let length = fits(message.len(), self.longest)?;
        let mut pieces = pieces(message, HEADER);
        self.first.clear();
        self.first.extend_from_slice(&header(length));
        self.first.extend_from_slice(pieces.next().unwrap_or_default());
        uninterrupted(|| self.channel.send(&self.first))?;
        for piece in pieces {
            uninterrupted(|| self.channel.send(piece))?;
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

/// The way with shared memory: each long message lies in memory of its own, and only a descriptor
/// of it goes through the channel.
pub(crate) struct SharedMemory;

/// A message up to this length, in bytes, goes through the channel itself. It is not worth memory
/// of its own, which comes in pages of at least so many bytes.
const NOT_WORTH_IT: usize = 4 << 10;

#[derive(Serialize, Deserialize)]
pub(crate) enum Parcel {
    Short(Vec<u8>),
    Long(IpcSharedMemory),
}

/// How many long messages may be under way, and how many bytes of them, if there is more than one.
/// The channel itself would take hundreds of descriptors, each of memory of any length. So the
/// receiver sends back a `()` for each long message that it has taken.
const UNDER_WAY: usize = 64;
const BYTES_UNDER_WAY: usize = 4 << 20;

impl Way for SharedMemory {
    type Out = (IpcSender<Parcel>, IpcReceiver<()>);
    type In = (IpcReceiver<Parcel>, IpcSender<()>);

    fn channel() -> Result<(Self::Out, Self::In), Problem> {
        let (sender, receiver) = ipc::channel()?;
        let (say_taken, taken) = ipc::channel()?;
        Ok(((sender, taken), (receiver, say_taken)))
    }

    fn halves(
        (sender, taken): Self::Out,
        (receiver, say_taken): Self::In,
        longest: usize,
    ) -> Halves {
        Halves::of(
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
        )
    }
}

struct SharedMemorySender {
    channel: IpcSender<Parcel>,
    taken: IpcReceiver<()>,
    /// The lengths of the long messages that the receiver has not taken yet.
    under_way: VecDeque<usize>,
    longest: usize,
}

struct SharedMemoryReceiver {
    channel: IpcReceiver<Parcel>,
    taken: IpcSender<()>,
    longest: usize,
    message: Parcel,
}

impl Sender for SharedMemorySender {
    fn send(&mut self, message: &[u8]) -> Result<(), Problem> {
        fits(message.len(), self.longest)?;
        if message.len() <= NOT_WORTH_IT {
            return uninterrupted(|| self.channel.send(Parcel::Short(message.to_vec())));
        }
        while self.is_full(message.len()) {
            uninterrupted(|| self.taken.recv())?;
            self.under_way.pop_front();
        }
        // One descriptor for the memory, and a copy that travels.
        no_room(2).map_or(Ok(()), Err)?;
        no_file_of(message.len()).map_or(Ok(()), Err)?;
        uninterrupted(|| {
            self.channel.send(Parcel::Long(IpcSharedMemory::from_bytes(message)))
        })?;
        self.under_way.push_back(message.len());
        Ok(())
    }
}

impl SharedMemorySender {
    /// Whether a message of this length has to wait until others have been taken.
    fn is_full(&self, length: usize) -> bool {
        let bytes = self.under_way.iter().sum::<usize>() + length;
        self.under_way.len() >= UNDER_WAY
            || !self.under_way.is_empty() && bytes > BYTES_UNDER_WAY
    }
}

impl Receiver for SharedMemoryReceiver {
    fn receive(&mut self, deadline: Option<Instant>) -> Result<&[u8], Problem> {
        self.message = receive(&self.channel, deadline).map_err(|problem| {
            // Memory doesn't arrive if this process has no room for its descriptor.
            let lost = matches!(problem, Problem::Garbage(_));
            lost.then(|| no_room(1)).flatten().unwrap_or(problem)
        })?;
        let message = match &self.message {
            Parcel::Short(message) => message,
            Parcel::Long(memory) => {
                // It is no error here if the sender has gone meanwhile.
                let _ = uninterrupted(|| self.taken.send(()));
                &memory[..]
            }
        };
        fits(message.len(), self.longest)?;
        Ok(message)
    }
}

/// Waits for the next packet of a channel whose packets have a type.
fn receive<T: Serialize + DeserializeOwned>(
    channel: &IpcReceiver<T>,
    deadline: Option<Instant>,
) -> Result<T, Problem> {
    match deadline {
        None => uninterrupted(|| channel.recv()),
        Some(deadline) => uninterrupted(|| {
            // Rounded up: the channel counts in milliseconds, and would be early.
            let left_in_ms = left(deadline).as_nanos().div_ceil(1_000_000);
            let left_in_ms = u64::try_from(left_in_ms).unwrap_or(u64::MAX);
            channel.try_recv_timeout(Duration::from_millis(left_in_ms))
        }),
    }
}

/// Calls `act` again as long as a signal interrupts it. A packet goes as a whole or not at all, so
/// an interrupted call has sent or received nothing.
fn uninterrupted<T, E: Into<Problem>>(
    mut act: impl FnMut() -> Result<T, E>,
) -> Result<T, Problem> {
    loop {
        match act().map_err(Into::into) {
            Err(Problem::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Makes this thread hear no signals any more; other threads have to handle them. Here, a wait that
/// a signal interrupts could not be taken up again.
fn undisturbed() -> nix::Result<()> {
    SigSet::all().thread_block()
}

/// What really went wrong when ipc-channel got no socket and went on without one.
fn no_socket(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(libc::EBADF) => Errno::EMFILE.into(),
        _ => error,
    }
}

/// What really went wrong when connecting failed: as [`no_socket`], and a server that isn't there
/// any more has ended.
fn no_server(error: io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::Ended,
        _ => no_socket(error).into(),
    }
}

/// A descriptor that is copied in order to find out how many more this process may have.
static COUNTED: OnceLock<OwnedFd> = OnceLock::new();

/// Takes what ipc-channel needs only once, while there is room for it. At its first message, it
/// asks a socket how much that holds. If it gets no socket then, it panics, then and ever after.
fn get_ready() -> Result<(), Problem> {
    static READY: Mutex<bool> = Mutex::new(false);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if !*ready {
        let (counted, spare) = io::pipe()?;
        let (sender, _receiver) = ipc::bytes_channel()?;
        COUNTED.get_or_init(|| counted.into());
        no_room(SPARE).map_or(Ok(()), Err)?;
        drop(spare);
        sender.send(&[])?;
        *ready = true;
    }
    Ok(())
}

/// More than the descriptors that ipc-channel takes at once: a socket and its other end, or a
/// connection and the ends that come through it. Other threads may take some at the same moment.
const SPARE: usize = 8;

/// The problem that this process has no room for so many more descriptors, if so. ipc-channel
/// doesn't check that, and panics.
fn no_room(for_descriptors: usize) -> Option<Problem> {
    let counted = COUNTED.get()?;
    let more = (0..for_descriptors).map(|_| counted.try_clone());
    more.collect::<io::Result<Vec<_>>>().err().map(Problem::Io)
}

/// The problem that the system allows no file of so many bytes, if so; shared memory is a file.
fn no_file_of(bytes: usize) -> Option<Problem> {
    let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE).ok()?;
    (bytes as u64 > limit).then(|| Problem::Io(Errno::EFBIG.into()))
}

/// The longest path of a socket, in bytes, that the system has room for. ipc-channel cuts off the
/// rest.
const LONGEST_PATH: usize = size_of::<libc::sockaddr_un>()
    - offset_of!(libc::sockaddr_un, sun_path)
    // The zero at the end of the path.
    - 1;

/// Checks that a server can have its socket: in a new folder in the folder for temporary files.
/// ipc-channel panics when it can't make that.
fn place_for_socket() -> Result<(), Problem> {
    // On Apple's systems, ipc-channel uses no sockets.
    if cfg!(target_vendor = "apple") {
        return Ok(());
    }
    let parent = env::temp_dir();
    let wrong = |why| Problem::NoPlace { folder: parent.clone(), why };
    let folder = tempfile::tempdir().map_err(wrong)?;
    let socket = folder.path().join("socket");
    let why = match socket.to_str() {
        None => "its path is no UTF-8",
        Some(path) if path.len() > LONGEST_PATH => {
            "its path is too long for a socket in it"
        }
        Some(_) => return Ok(()),
    };
    Err(wrong(io::Error::other(why)))
}

/// Cuts a message into pieces that fit into a packet, one at least. The first leaves room for
/// `header` bytes.
fn pieces(message: &[u8], header: usize) -> impl Iterator<Item = &[u8]> {
    let (first, rest) = message.split_at(message.len().min(PIECE - header));
    [first].into_iter().chain(rest.chunks(PIECE))
}

/// Puts a message together. `message` begins with `header` bytes of something else; pieces from
/// `next` are appended until `length` bytes come after those.
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
        grow(message, piece.len(), header + length)?;
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

fn left(deadline: Instant) -> Duration {
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
