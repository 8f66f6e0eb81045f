//! Peers that don't keep to the protocol. They join and greet as they should, and then write to the
//! pipe, socket, channel or memory whatever they like.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;

use ipc::meeting::Invitation;
use ipc::peer::invitation;
use ipc::{Peer, Problem, Settings, Transport};
use ipc_channel::ipc::{self as channels, IpcBytesSender, IpcSender, IpcSharedMemory};
use libtest_mimic::Failed;
use processes::worker::{Program, Work, end_with_parent};
use serde::{Deserialize, Serialize};
use witness::largest_allocation;

use crate::peers::LONG_ENOUGH;

/// What such a peer does after its greeting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Deed {
    /// Announces a message that is longer than the longest, by far.
    Lies,
    /// Begins a message and ends.
    Breaks,
    /// Begins a message of nearly 4 GiB, where that is allowed, and ends.
    Promises,
    /// Sends something that is no message.
    Babbles,
}

pub(crate) const DEEDS: &[Deed] =
    &[Deed::Lies, Deed::Breaks, Deed::Promises, Deed::Babbles];

impl Deed {
    /// Whether a peer can do this. A message in memory of its own has no middle where it could end.
    pub(crate) fn possible(self, transport: Transport) -> bool {
        !self.ends() || transport != Transport::SharedMemoryChannel
    }

    /// Whether the peer ends after this.
    fn ends(self) -> bool {
        matches!(self, Self::Breaks | Self::Promises)
    }

    /// The longest message that is allowed, in bytes.
    fn longest(self) -> usize {
        if self == Self::Promises { usize::MAX } else { LONGEST }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Lies => "a_lie_about_the_length_is_noticed",
            Self::Breaks => "half_a_message_is_noticed",
            Self::Promises => "a_promise_gets_no_memory",
            Self::Babbles => "garbage_is_noticed",
        })
    }
}

/// The longest message that is allowed for most deeds, in bytes.
const LONGEST: usize = 10_000;

/// The work of a hostile peer. It gets the deed as an argument, since its link has other things to
/// carry.
pub(crate) const WORK: Work = Work::new("hostile", |mut link| {
    let deed = std::env::args().nth(1).unwrap_or_default();
    let deed = match deed.as_str() {
        "Lies" => Deed::Lies,
        "Breaks" => Deed::Breaks,
        "Promises" => Deed::Promises,
        _ => Deed::Babbles,
    };
    let invitation = invitation(&mut link)?;
    end_with_parent(&link)?;
    let held = commit(deed, invitation)?;
    if deed.ends() {
        return Ok(());
    }
    // What we did is to be noticed, and not our end.
    let _held = held;
    loop {
        thread::park();
    }
});

pub(crate) fn is_noticed(transport: Transport, deed: Deed) -> Result<(), Failed> {
    let settings = Settings { longest: deed.longest(), ..Settings::default() };
    let program = Program::this()?.argument(format!("{deed:?}"));
    let mut peer = Peer::connect(transport, settings, program.start(WORK.name)?)?;
    let (say, noticed) = mpsc::channel();
    thread::spawn(move || {
        // Without a deadline, all memory is taken in this thread, where it is counted.
        let received =
            largest_allocation(|| peer.connection.receive().map(<[u8]>::to_vec));
        say.send(received)
    });
    let (outcome, largest) = noticed.recv_timeout(LONG_ENOUGH)?;
    let problem = outcome.map_err(|error| error.problem).err();
    let noticed = matches!(
        (deed, &problem),
        (Deed::Lies, Some(Problem::TooLong { longest: LONGEST, .. }))
            | (Deed::Breaks | Deed::Promises, Some(Problem::Truncated))
            | (Deed::Babbles, Some(Problem::Garbage(_)))
    );
    if !noticed {
        return Err(format!("{deed:?}: {problem:?}").into());
    }
    // ipc-channel always has a buffer for the longest packet that there can be, and the memory for
    // a message in a stream begins with a MiB.
    let allowed = deed.longest().clamp(256 << 10, 1 << 20);
    if largest > allowed {
        return Err(format!("{largest} bytes were asked for at once").into());
    }
    Ok(())
}

/// What has to stay open as long as the peer lives.
type Held = Box<dyn std::any::Any>;

fn commit(deed: Deed, invitation: Invitation) -> io::Result<Held> {
    let transport = invitation.transport();
    match transport {
        Transport::Pipes | Transport::SocketPair => {
            // The last descriptor is the one to write to; a socket pair has just one.
            let theirs = invitation.descriptors().last().map(|end| end.try_clone());
            let mut out = File::from(theirs.ok_or(io::ErrorKind::InvalidInput)??);
            let reader = invitation.descriptors()[0].try_clone()?;
            write_frames(deed, &mut out)?;
            Ok(Box::new((out, reader)))
        }
        Transport::Tcp => {
            let (port, token) = invitation.address().split_once(' ').unwrap_or_default();
            let mut stream =
                TcpStream::connect(("127.0.0.1", port.parse().unwrap_or(0)))?;
            stream.write_all(token.as_bytes())?;
            write_frames(deed, &mut stream)?;
            Ok(Box::new(stream))
        }
        Transport::TypedChannel => typed(deed, invitation.address()),
        Transport::BytesChannel => bytes(deed, invitation.address()),
        Transport::SharedMemoryChannel => shared_memory(deed, invitation.address()),
        #[cfg(target_os = "linux")]
        Transport::SpinningRing | Transport::SleepingRing => {
            ring::commit(deed, &invitation)
        }
        Transport::PortableRing => portable::commit(deed, invitation.address()),
        Transport::ThreadChannel => Err(io::ErrorKind::InvalidInput.into()),
    }
}

const GREETING: &[u8] = b"a peer of the book, 1";

fn frame(announced: u32, message: &[u8]) -> Vec<u8> {
    [b"book", &announced.to_le_bytes()[..], message].concat()
}

fn write_frames(deed: Deed, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&frame(GREETING.len() as u32, GREETING))?;
    out.write_all(&match deed {
        Deed::Lies => frame(u32::MAX, b"..."),
        Deed::Breaks => frame(1_000, b"only this"),
        Deed::Promises => frame(u32::MAX - 1, b"only this"),
        Deed::Babbles => b"GET / HTTP/1.1\r\n\r\n".to_vec(),
    })
}

/// A packet of a typed channel, with the same bytes: two lengths, and the piece.
#[derive(Serialize, Deserialize)]
struct Packet {
    whole: u32,
    piece: Vec<u8>,
}

fn typed(deed: Deed, server: &str) -> io::Result<Held> {
    let (out, their_in) = channels::bytes_channel()?;
    let (their_out, inward) = channels::bytes_channel()?;
    let server = IpcSender::connect(server.into())?;
    // The ends of bytes channels, which look the same as typed ones when they travel.
    server.send((their_out, their_in)).map_err(io::Error::other)?;
    let packet = |whole: usize, piece: &[u8]| {
        let packet = Packet { whole: whole as u32, piece: piece.to_vec() };
        postcard::to_stdvec(&packet).expect("it can be serialized")
    };
    out.send(&packet(GREETING.len(), GREETING))?;
    out.send(&match deed {
        Deed::Lies => packet(u32::MAX as usize, b"..."),
        Deed::Breaks => packet(1_000, b"only this"),
        Deed::Promises => packet(u32::MAX as usize - 1, b"only this"),
        // The lengths: 9 for the message, and almost 2²⁸ for the piece.
        Deed::Babbles => vec![9, 0xff, 0xff, 0xff, 0x7f],
    })?;
    Ok(Box::new((out, inward)))
}

fn bytes(deed: Deed, server: &str) -> io::Result<Held> {
    let (out, their_in) = channels::bytes_channel()?;
    let (their_out, inward) = channels::bytes_channel()?;
    let server = IpcSender::connect(server.into())?;
    server.send((their_out, their_in)).map_err(io::Error::other)?;
    out.send(&frame(GREETING.len() as u32, GREETING))?;
    out.send(&match deed {
        Deed::Lies => frame(u32::MAX, b"..."),
        Deed::Breaks => frame(1_000, b"only this"),
        Deed::Promises => frame(u32::MAX - 1, b"only this"),
        Deed::Babbles => b"GET".to_vec(),
    })?;
    Ok(Box::new((out, inward)))
}

#[derive(Serialize, Deserialize)]
enum Parcel {
    Short(Vec<u8>),
    Long(IpcSharedMemory),
}

fn shared_memory(deed: Deed, server: &str) -> io::Result<Held> {
    let (out, their_in) = channels::channel()?;
    let (say_taken, taken) = channels::bytes_channel()?;
    let (their_out, inward) = channels::bytes_channel()?;
    let (also_say, their_taken) = channels::bytes_channel()?;
    let server = IpcSender::connect(server.into())?;
    let theirs = ((their_out, their_taken), (their_in, say_taken));
    server.send(theirs).map_err(io::Error::other)?;
    let send = |memory| out.send(memory).map_err(io::Error::other);
    send(Parcel::Short(GREETING.to_vec()))?;
    if deed == Deed::Lies {
        send(Parcel::Long(IpcSharedMemory::from_byte(0, 1 << 20)))?;
        return Ok(Box::new((out, taken, inward, also_say)));
    }
    // Bytes that name a piece of shared memory, but no memory comes along.
    let raw: IpcBytesSender = as_bytes(out)?;
    raw.send(&[1, 5])?;
    Ok(Box::new((raw, taken, inward, also_say)))
}

/// Turns a sender into one for bytes: the two look the same when they travel.
fn as_bytes(sender: IpcSender<Parcel>) -> io::Result<IpcBytesSender> {
    let (to_us, us) = channels::bytes_channel()?;
    drop(to_us);
    drop(us);
    let (server, name) = channels::IpcOneShotServer::<IpcBytesSender>::new()?;
    IpcSender::connect(name)?.send(sender).map_err(io::Error::other)?;
    let (_, sender) = server.accept().map_err(io::Error::other)?;
    Ok(sender)
}

/// Writes to a lane byte by byte, as the table in `ring/layout.rs` says.
mod lane {
    #![allow(unsafe_code)]

    use std::ptr::NonNull;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{Deed, GREETING};

    const SLOTS: usize = 256;
    const AREA: usize = 4 << 20;
    pub(super) const LANE: usize = SLOTS + 128 * 64 + AREA;

    /// The lane from the side that joins to the side that invites, which is the ring's second.
    struct Lane(NonNull<u8>);

    impl Lane {
        fn word(&self, at: usize) -> &AtomicU32 {
            // SAFETY: the word lies in the mapping, which stays until the process ends.
            unsafe { self.0.add(at).cast().as_ref() }
        }

        /// Publishes a piece.
        fn piece(&self, slot: usize, length: u32, place: u32, more: u32, bytes: &[u8]) {
            let slot_at = SLOTS + 64 * slot;
            for (at, byte) in bytes.iter().enumerate() {
                // SAFETY: a slot has room for 48 bytes.
                unsafe { self.0.add(slot_at + 16 + at).write(*byte) };
            }
            self.word(slot_at + 4).store(length, Ordering::Relaxed);
            self.word(slot_at + 8).store(place, Ordering::Relaxed);
            self.word(slot_at + 12).store(more, Ordering::Relaxed);
            self.number(slot, slot as u32 + 1);
        }

        fn number(&self, slot: usize, number: u32) {
            self.word(SLOTS + 64 * slot).store(number, Ordering::Release);
        }
    }

    /// Commits the deed in the ring that begins at `ring`, whose memory stays mapped.
    pub(super) fn write(deed: Deed, ring: NonNull<u8>) {
        // SAFETY: the second lane begins where the first ends.
        let lane = Lane(unsafe { ring.add(LANE) });
        lane.piece(0, GREETING.len() as u32, 0, 0, GREETING);
        match deed {
            Deed::Lies => lane.piece(1, 1 << 20, 0, 1, b""),
            Deed::Breaks | Deed::Promises => lane.piece(1, 9, 0, 1, b"only this"),
            Deed::Babbles => lane.number(1, 77),
        }
    }
}

#[cfg(target_os = "linux")]
mod ring {
    #![allow(unsafe_code)]

    use std::fs::File;
    use std::io;
    use std::num::NonZero;

    use ipc::meeting::Invitation;
    use nix::sys::mman::{MapFlags, ProtFlags, mmap};

    use super::lane::{LANE, write};
    use super::{Deed, Held};

    pub(super) fn commit(deed: Deed, invitation: &Invitation) -> io::Result<Held> {
        let [memory, lifeline] = invitation.descriptors() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let memory = File::from(memory.try_clone()?);
        assert_eq!(memory.metadata()?.len(), 2 * LANE as u64, "as the table says");
        let all = NonZero::new(2 * LANE).ok_or(io::ErrorKind::InvalidInput)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping, wherever the system likes.
        let start = unsafe { mmap(None, all, access, MapFlags::MAP_SHARED, &memory, 0) }?;
        write(deed, start.cast());
        Ok(Box::new(lifeline.try_clone()?))
    }
}

/// Doesn't remove the name of the memory: the side that invites has to do so.
mod portable {
    use std::io::{self, Write};
    use std::net::TcpStream;
    use std::ptr::NonNull;

    use shared_memory::ShmemConf;

    use super::{Deed, Held, lane};

    pub(super) fn commit(deed: Deed, address: &str) -> io::Result<Held> {
        let words: Vec<_> = address.split(' ').collect();
        let [port, token, name] = words[..] else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let memory = ShmemConf::new().os_id(name).open().map_err(io::Error::other)?;
        let start = NonNull::new(memory.as_ptr()).ok_or(io::ErrorKind::InvalidData)?;
        lane::write(deed, start);
        // So the memory stays mapped until the process ends.
        std::mem::forget(memory);
        let port = port.parse().unwrap_or_default();
        let mut lifeline = TcpStream::connect(("127.0.0.1", port))?;
        lifeline.write_all(token.as_bytes())?;
        Ok(Box::new(lifeline))
    }
}
