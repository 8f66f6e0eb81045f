//! Messages between processes. Read the modules in this order:
//!
//! * [`transport`]: which transports there are.
//! * [`connection`]: what each of them has to do, in two small traits.
//! * [`meeting`]: how two sides meet: one opens a transport and invites, the other joins.
//! * [`peer`]: a process at the other end.
//! * [`frame`]: messages in a stream of bytes; [`stream`]: pipes, socket pairs, TCP; `ready`: waiting
//!   for them; `door`: who may come in by TCP; `room`: memory for messages that are announced.
//! * [`ipc_channels`]: the channels of the crate `ipc-channel`, in three ways.
//! * `segment`: shared memory, step by step: a name, a number, a lock, a death.
//! * `signals`: how Ctrl-C waits until no name is left.
//! * [`ring`]: shared memory, with a ring of our own in it, in three ways.
//! * [`here`]: a channel between threads of one process, to compare with.
//! * [`error`]: what can go wrong.
//! * [`numbers`]: what it costs to turn a message that has a type into bytes.
//! * [`trips`]: how long messages take.
//! * [`moving`]: what it costs to move many numbers, in each way that there is.
//! * [`limits`]: what no transport can be faster than.
//!
//! On Windows there are only the portable ring and the channel between threads. There, a program
//! that uses the ring has to start the other process in its own way, as `tests/portable.rs` does.
//! Everything else needs a Unix, and two of the three rings need Linux. The Windows Subsystem for
//! Linux runs it all.

pub mod connection;
pub mod descriptor;
mod door;
mod ends;
pub mod error;
#[cfg(unix)]
pub mod frame;
#[cfg(all(test, unix))]
mod fuzz;
pub mod here;
#[cfg(unix)]
pub mod ipc_channels;
#[cfg(unix)]
pub mod limits;
pub mod meeting;
#[cfg(target_os = "linux")]
pub mod moving;
#[cfg(unix)]
pub mod numbers;
#[cfg(unix)]
pub mod peer;
#[cfg(unix)]
mod ready;
pub mod ring;
mod room;
#[cfg(unix)]
pub mod segment;
#[cfg(unix)]
pub mod signals;
#[cfg(unix)]
pub mod stream;
mod sync;
pub mod transport;
#[cfg(unix)]
pub mod trips;

pub use connection::{Connection, Halves, Receiver, Sender, Settings};
pub use error::{Error, Problem};
#[cfg(unix)]
pub use peer::Peer;
pub use transport::Transport;

/// All work that this crate's workers can do, for [`processes::worker::entry`].
#[cfg(unix)]
pub const WORKS: &[processes::worker::Work] = &[
    peer::ECHO.work,
    peer::READ.work,
    segment::ADD,
    segment::holders::HOLD,
    segment::leftovers::MAKE,
    segment::leftovers::WRITE,
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
