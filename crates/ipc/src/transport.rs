//! Which transports there are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Transport {
    /// Two anonymous pipes, one each way.
    Pipes,
    /// A pair of connected Unix sockets.
    SocketPair,
    /// TCP through the loopback interface.
    Tcp,
    /// `ipc-channel`, with messages that have a type.
    TypedChannel,
    /// `ipc-channel`, with bytes.
    BytesChannel,
    /// `ipc-channel`, with each message in shared memory of its own.
    SharedMemoryChannel,
    /// Our ring in shared memory, for a peer that is trusted ([`crate::ring`] says why). Whoever
    /// waits looks again and again.
    #[cfg(target_os = "linux")]
    SpinningRing,
    /// The same ring. Whoever waits sleeps, after a moment, and is woken.
    #[cfg(target_os = "linux")]
    SleepingRing,
    /// A crossbeam channel: threads of one process only.
    ThreadChannel,
}

/// All transports.
pub const ALL: &[Transport] = &[
    Transport::Pipes,
    Transport::SocketPair,
    Transport::Tcp,
    Transport::TypedChannel,
    Transport::BytesChannel,
    Transport::SharedMemoryChannel,
    #[cfg(target_os = "linux")]
    Transport::SpinningRing,
    #[cfg(target_os = "linux")]
    Transport::SleepingRing,
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
            Self::SocketPair | Self::Tcp => true,
            #[cfg(target_os = "linux")]
            Self::SpinningRing | Self::SleepingRing => true,
            _ => false,
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Self::Pipes => "pipes",
            Self::SocketPair => "socket pair",
            Self::Tcp => "TCP",
            Self::TypedChannel => "ipc-channel, typed",
            Self::BytesChannel => "ipc-channel, bytes",
            Self::SharedMemoryChannel => "ipc-channel, shared memory",
            #[cfg(target_os = "linux")]
            Self::SpinningRing => "ring, spinning",
            #[cfg(target_os = "linux")]
            Self::SleepingRing => "ring, sleeping",
            Self::ThreadChannel => "crossbeam channel",
        })
    }
}
