//! Which transports there are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way for messages to get from one process, or thread, to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Transport {
    /// Two anonymous pipes, one each way.
    #[cfg(unix)]
    Pipes,
    /// A pair of connected Unix sockets.
    #[cfg(unix)]
    SocketPair,
    /// TCP through the loopback interface.
    #[cfg(unix)]
    Tcp,
    /// `ipc-channel`, with messages that have a type.
    #[cfg(unix)]
    TypedChannel,
    /// `ipc-channel`, with bytes.
    #[cfg(unix)]
    BytesChannel,
    /// `ipc-channel`, with each message in shared memory of its own.
    #[cfg(unix)]
    SharedMemoryChannel,
    /// Our ring in shared memory, for a peer that is trusted ([`crate::ring`] says why). A side
    /// that waits looks again and again.
    #[cfg(target_os = "linux")]
    SpinningRing,
    /// The same ring. A side that waits looks for a moment, then sleeps until it is woken.
    #[cfg(target_os = "linux")]
    SleepingRing,
    /// The same ring in memory that has a name, on every system. A side that waits looks again and
    /// again.
    PortableRing,
    /// A crossbeam channel, between threads of one process only.
    ThreadChannel,
}

/// All transports.
pub const ALL: &[Transport] = &[
    #[cfg(unix)]
    Transport::Pipes,
    #[cfg(unix)]
    Transport::SocketPair,
    #[cfg(unix)]
    Transport::Tcp,
    #[cfg(unix)]
    Transport::TypedChannel,
    #[cfg(unix)]
    Transport::BytesChannel,
    #[cfg(unix)]
    Transport::SharedMemoryChannel,
    #[cfg(target_os = "linux")]
    Transport::SpinningRing,
    #[cfg(target_os = "linux")]
    Transport::SleepingRing,
    Transport::PortableRing,
    Transport::ThreadChannel,
];

impl Transport {
    /// Whether the other side can be another process.
    pub fn reaches_processes(self) -> bool {
        self != Self::ThreadChannel
    }

    /// Whether a connection can end with a process at no cost, as long as messages flow: see
    /// [`crate::Connection::end_with`].
    pub(crate) fn ends_at_no_cost(self) -> bool {
        match self {
            // Sockets can wait in naps, and look after each.
            #[cfg(unix)]
            Self::SocketPair | Self::Tcp => true,
            #[cfg(target_os = "linux")]
            Self::SpinningRing | Self::SleepingRing => true,
            Self::PortableRing => true,
            _ => false,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            #[cfg(unix)]
            Self::Pipes => "pipes",
            #[cfg(unix)]
            Self::SocketPair => "socket pair",
            #[cfg(unix)]
            Self::Tcp => "TCP",
            #[cfg(unix)]
            Self::TypedChannel => "ipc-channel, typed",
            #[cfg(unix)]
            Self::BytesChannel => "ipc-channel, bytes",
            #[cfg(unix)]
            Self::SharedMemoryChannel => "ipc-channel, shared memory",
            #[cfg(target_os = "linux")]
            Self::SpinningRing => "ring, spinning",
            #[cfg(target_os = "linux")]
            Self::SleepingRing => "ring, sleeping",
            Self::PortableRing => "ring, portable",
            Self::ThreadChannel => "crossbeam channel",
        })
    }
}
