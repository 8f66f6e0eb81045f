//! How two sides meet: the first *opens* a transport and gets an *invitation*, which travels to
//! the other side. The other side *joins*, and the first one *accepts*.

use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::connection::{Connection, Halves, Settings};
use crate::descriptor::Descriptor;
use crate::ends::{Accept, Until};
use crate::error::{Error, Problem};
use crate::transport::Transport;
use crate::{here, ring};
#[cfg(unix)]
use crate::{ipc_channels, stream};

/// What the side that joins sends first, and the side that accepts expects; cut off at the longest
/// message, if that is shorter.
fn greeting(longest: usize) -> &'static [u8] {
    let whole = b"a peer of the book, 1";
    &whole[..whole.len().min(longest)]
}

/// An open transport, whose other side has not joined yet.
pub struct Opened {
    transport: Transport,
    settings: Settings,
    invitation: Invitation,
    accept: Accept,
}

/// What the other side has to know, and to have, in order to join.
#[derive(Serialize, Deserialize)]
pub struct Invitation {
    transport: Transport,
    longest: usize,
    /// The process id of whoever invites.
    from: u32,
    /// Where to connect, with a proof of being invited, if the transport needs that.
    address: String,
    /// The descriptors that travel beside the words.
    #[serde(skip)]
    descriptors: Vec<Descriptor>,
    /// The other side's halves, when that side is in the same process.
    #[serde(skip)]
    here: Option<Halves>,
}

impl Transport {
    /// Opens this transport.
    ///
    /// # Errors
    ///
    /// When the system has no descriptor, port or memory to spare.
    pub fn open(self, settings: Settings) -> Result<Opened, Error> {
        let longest = settings.longest.min(u32::MAX as usize);
        let ends = match self {
            #[cfg(unix)]
            Self::Pipes => stream::pipes(longest),
            #[cfg(unix)]
            Self::SocketPair => stream::socket_pair(longest),
            #[cfg(unix)]
            Self::Tcp => stream::tcp(longest),
            #[cfg(unix)]
            Self::TypedChannel => ipc_channels::open::<ipc_channels::Typed>(longest),
            #[cfg(unix)]
            Self::BytesChannel => ipc_channels::open::<ipc_channels::Bytes>(longest),
            #[cfg(unix)]
            Self::SharedMemoryChannel => {
                ipc_channels::open::<ipc_channels::SharedMemory>(longest)
            }
            #[cfg(target_os = "linux")]
            Self::SpinningRing | Self::SleepingRing => ring::open(self, longest),
            Self::PortableRing => ring::open_portable(longest),
            Self::ThreadChannel => Ok(here::channel(longest)),
        };
        let ends = ends.map_err(|problem| problem.with(self, "the other side"))?;
        let invitation = Invitation {
            transport: self,
            longest,
            from: process::id(),
            address: ends.address,
            descriptors: ends.descriptors,
            here: ends.here,
        };
        Ok(Opened { transport: self, settings, invitation, accept: ends.accept })
    }

    /// Makes a connection with both ends in this process.
    ///
    /// # Errors
    ///
    /// As [`Transport::open`].
    pub fn pair(self, settings: Settings) -> Result<(Connection, Connection), Error> {
        let (invitation, opened) = self.open(settings)?.invite();
        let theirs = invitation.join()?;
        let ours = opened.accept("the other side")?;
        Ok((ours, theirs))
    }
}

/// An open transport whose invitation is on its way.
pub struct Inviting {
    transport: Transport,
    settings: Settings,
    accept: Accept,
}

impl Opened {
    /// Takes this apart: an invitation for the other side, and what we keep. Until the invitation
    /// has been handed over or dropped, it holds the other side's ends, and we can't see them
    /// close.
    pub fn invite(self) -> (Invitation, Inviting) {
        let Self { transport, settings, invitation, accept } = self;
        (invitation, Inviting { transport, settings, accept })
    }
}

impl Inviting {
    /// Waits for the other side, called `peer` in error messages, as long as our patience lasts.
    ///
    /// # Errors
    ///
    /// When nobody joins in time, or somebody who was not invited.
    pub fn accept(self, peer: &str) -> Result<Connection, Error> {
        self.accept_from(peer, None)
    }

    /// Waits for the other side as [`Inviting::accept`] does, but stops when `process` has ended,
    /// which is the other side's process. If that costs nothing while messages flow, the connection
    /// ends with the process from then on, too: see [`Connection::end_with`].
    ///
    /// # Errors
    ///
    /// As [`Inviting::accept`], and when the process ends.
    pub fn accept_while(
        self,
        process: Descriptor,
        peer: &str,
    ) -> Result<Connection, Error> {
        self.accept_from(peer, Some(Arc::new(process)))
    }

    fn accept_from(
        self,
        peer: &str,
        process: Option<Arc<Descriptor>>,
    ) -> Result<Connection, Error> {
        let Self { transport, settings, accept } = self;
        let far = || Instant::now() + Duration::from_secs(1 << 30);
        let deadline = Instant::now().checked_add(settings.patience).unwrap_or_else(far);
        let accepted = accept(Until { deadline, process: process.as_deref() }).and_then(
            |mut halves| {
                if let Some(process) = process.filter(|_| transport.ends_at_no_cost()) {
                    halves.sender.end_with(&process);
                    halves.receiver.end_with(&process);
                }
                if halves.receiver.receive(Some(deadline))? != greeting(settings.longest)
                {
                    let wrong = "doesn't greet like a peer of the book";
                    return Err(Problem::Garbage(wrong));
                }
                Ok(Connection::new(halves, transport, peer.into()))
            },
        );
        accepted.map_err(|problem| problem.with(transport, peer))
    }
}

impl Invitation {
    /// Joins whoever has made this invitation.
    ///
    /// # Errors
    ///
    /// When whoever has made the invitation is gone, or when it is meant for another process.
    pub fn join(self) -> Result<Connection, Error> {
        let peer = format!("process {}", self.from);
        let (transport, longest) = (self.transport, self.longest);
        let joined = self.connect().and_then(|mut halves| {
            halves.sender.send(greeting(longest))?;
            Ok(halves)
        });
        match joined {
            Ok(halves) => Ok(Connection::new(halves, transport, peer)),
            Err(problem) => Err(problem.with(transport, &peer)),
        }
    }

    fn connect(self) -> Result<Halves, Problem> {
        let Self { transport, longest, address, descriptors, here, .. } = self;
        #[cfg(not(unix))]
        drop(descriptors);
        let longest = longest.min(u32::MAX as usize);
        match transport {
            #[cfg(unix)]
            Transport::Pipes => stream::join_pipes(descriptors, longest),
            #[cfg(unix)]
            Transport::SocketPair => stream::join_socket_pair(descriptors, longest),
            #[cfg(unix)]
            Transport::Tcp => stream::join_tcp(&address, longest),
            #[cfg(unix)]
            Transport::TypedChannel => {
                ipc_channels::join::<ipc_channels::Typed>(address, longest)
            }
            #[cfg(unix)]
            Transport::BytesChannel => {
                ipc_channels::join::<ipc_channels::Bytes>(address, longest)
            }
            #[cfg(unix)]
            Transport::SharedMemoryChannel => {
                ipc_channels::join::<ipc_channels::SharedMemory>(address, longest)
            }
            #[cfg(target_os = "linux")]
            Transport::SpinningRing | Transport::SleepingRing => {
                ring::join(transport, descriptors, longest)
            }
            Transport::PortableRing => ring::join_portable(&address, longest),
            Transport::ThreadChannel => here.ok_or(Problem::OnlyHere),
        }
    }

    /// The transport to which this invites.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Where to connect, for programs that want to do it in their own way.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The descriptors that have to travel with the invitation.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors
    }

    /// This invitation with the descriptors that have travelled beside it.
    #[must_use]
    pub fn with_descriptors(self, descriptors: Vec<Descriptor>) -> Self {
        Self { descriptors, ..self }
    }
}
