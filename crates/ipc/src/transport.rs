//! Which transports there are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way for messages.
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
    /// Our ring in shared memory, for a peer that is trusted ([`crate::ring`] says why). Whoever
    /// waits looks again and again.
    #[cfg(target_os = "linux")]
    SpinningRing,
    /// The same ring. Whoever waits sleeps, after a moment, and is woken.
    #[cfg(target_os = "linux")]
    SleepingRing,
    /// The same ring in memory that has a name, on every system. Whoever waits looks again and
    /// again.
    PortableRing,
    /// A crossbeam channel: threads of one process only.
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

    /// Whether it costs nothing, while messages flow, to end with a process at the other end.
    pub(crate) fn ends_at_no_cost(self) -> bool {
        match self {
            // They can wait in naps.
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
