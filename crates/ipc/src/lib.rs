//! Messages between processes. Read the modules in this order:
//!
//! * [`transport`]: which transports there are.
//! * [`connection`]: what each of them has to be, two small traits.
//! * [`meeting`]: how two sides meet: one opens and invites, the other joins.
//! * [`peer`]: a process at the other end.
//! * [`frame`]: messages in a stream of bytes; [`stream`]: pipes, socket pairs, TCP; `door`: who
//!   may come in by TCP; `room`: memory for what is announced.
//! * [`ipc_channels`]: the channels of the crate `ipc-channel`, in three ways.
//! * `segment`: shared memory, step by step: a name, a number, a lock, a death.
//! * `signals`: Ctrl-C waits until no name is left.
//! * [`ring`]: shared memory, with a ring of our own in it, in three ways.
//! * [`here`]: inside of one process, to compare with: a channel between threads.
//! * [`error`]: what can go wrong.
//! * [`numbers`]: what it costs to turn a message that has a type into bytes.
//! * [`trips`]: how long messages take.
//! * [`moving`]: what it costs to move many numbers, in each way that there is.
//! * [`limits`]: what no transport can be faster than.
//!
//! On Windows there are the portable ring and the channel between threads, and whoever uses the
//! ring starts the other process in a way of its own (`tests/portable.rs` does). All else needs a
//! Unix, and two of the three rings need Linux. The Windows Subsystem for Linux runs it all.

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
