//! Messages between processes. Read the modules in this order:
//!
//! * [`transport`]: which transports there are.
//! * [`connection`]: what each of them has to be, two small traits.
//! * [`meeting`]: how two sides meet: one opens and invites, the other joins.
//! * [`peer`]: a process at the other end.
//! * [`frame`]: messages in a stream of bytes; [`stream`]: pipes, socket pairs, TCP; `door`: who
//!   may come in by TCP; `room`: memory for what is announced.
//! * [`ipc_channels`]: the channels of the crate `ipc-channel`, in three ways.
//! * [`ring`]: shared memory, with a ring of our own in it.
//! * [`here`]: inside of one process, to compare with: a channel between threads.
//! * [`error`]: what can go wrong.
//! * [`numbers`]: what it costs to turn a message that has a type into bytes.
//! * [`trips`]: how long messages take.
//! * [`moving`]: what it costs to move many numbers, in each way that there is.
//! * [`limits`]: what no transport can be faster than.
//!
//! All this needs a Unix, and the ring needs Linux. On Windows the crate is empty; there, the
//! Windows Subsystem for Linux runs it all.

#![cfg(unix)]

pub mod connection;
mod door;
mod ends;
pub mod error;
pub mod frame;
#[cfg(test)]
mod fuzz;
pub mod here;
pub mod ipc_channels;
pub mod limits;
pub mod meeting;
#[cfg(target_os = "linux")]
pub mod moving;
pub mod numbers;
pub mod peer;
#[cfg(target_os = "linux")]
pub mod ring;
mod room;
pub mod stream;
#[cfg(target_os = "linux")]
mod sync;
pub mod transport;
pub mod trips;

pub use connection::{Connection, Halves, Receiver, Sender, Settings};
pub use error::{Error, Problem};
pub use peer::Peer;
pub use transport::Transport;

/// All work that this crate's workers can do, for [`processes::worker::entry`].
pub const WORKS: &[processes::worker::Work] = &[
    peer::ECHO.work,
    peer::READ.work,
    numbers::SUM_BYTES.work,
    numbers::SUM_POSTCARD.work,
    #[cfg(target_os = "linux")]
    moving::serialized::CHANGE.work,
    #[cfg(target_os = "linux")]
    moving::bytes::CHANGE.work,
    #[cfg(target_os = "linux")]
    moving::shared::CHANGE,
    #[cfg(target_os = "linux")]
    moving::inherited::FORK,
];
