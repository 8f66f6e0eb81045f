//! What `cargo run -p ipc` prints.

pub(crate) mod ends;
pub(crate) mod numbers;
pub(crate) mod round_trips;
pub(crate) mod stream;

use std::thread;

use ipc::peer::READ;
use ipc::{Connection, Error, Peer, Settings, Transport};
use processes::worker::Work;

/// A connection with a process that does some work; or with a thread, where the transport
/// doesn't reach a process.
pub(crate) struct Other {
    pub(crate) connection: Connection,
    /// Killed when this is dropped.
    _process: Option<processes::worker::Worker>,
}

/// Meets somebody who does `work`.
///
/// One at a time, in demos that time: whoever spins takes a core away from all others.
pub(crate) fn meet(transport: Transport, work: &Work) -> Result<Other, Error> {
    if transport.reaches_processes() {
        let (connection, process) =
            Peer::start(transport, Settings::default(), work)?.into_parts();
        return Ok(Other { connection, _process: Some(process) });
    }
    let (connection, theirs) = transport.pair(Settings::default())?;
    let talk = if work.name == READ.name { ipc::peer::read } else { ipc::peer::echo };
    thread::spawn(move || talk(theirs));
    Ok(Other { connection, _process: None })
}

/// The one in the middle.
pub(crate) fn median<T: Ord + Copy>(mut times: Vec<T>) -> T {
    times.sort_unstable();
    times[times.len() / 2]
}
