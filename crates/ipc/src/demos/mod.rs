//! What `cargo run -p ipc` prints.

pub(crate) mod ends;
pub(crate) mod numbers;
pub(crate) mod round_trips;
pub(crate) mod stream;

use ipc::peer::Role;
use ipc::{Error, Peer, Settings, Transport};

/// Meets somebody in this role.
///
/// One at a time, in demos that time: whoever spins takes a core away from all others.
pub(crate) fn meet(transport: Transport, role: &Role) -> Result<Peer, Error> {
    Peer::start(transport, Settings::default(), role)
}

/// The one in the middle.
pub(crate) fn median<T: Ord + Copy>(mut times: Vec<T>) -> T {
    times.sort_unstable();
    times[times.len() / 2]
}
