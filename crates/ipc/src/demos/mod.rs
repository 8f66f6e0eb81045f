//! What `cargo run -p ipc` prints.

pub(crate) mod ends;
pub(crate) mod numbers;
pub(crate) mod round_trips;
pub(crate) mod stream;

use std::error::Error;
use std::fs::{self, File};
use std::{env, process};

use ipc::peer::Role;
use ipc::{Peer, Settings, Transport};
use tour::spare;

/// How many files a connection takes while it is made, at most. Without them, ipc-channel panics.
const FILES: usize = 8;

/// Meets somebody in this role.
///
/// One at a time, in demos that time: whoever spins takes a core away from all others.
pub(crate) fn meet(transport: Transport, role: &Role) -> Result<Peer, Box<dyn Error>> {
    spare::files(FILES)?;
    Ok(Peer::start(transport, Settings::default(), role)?)
}

/// Shared memory is a file that has its length from the beginning, and ipc-channel panics where
/// the system allows none of that length. So whoever sends so many `bytes` asks first.
pub(crate) fn ask_for_shared_memory(bytes: usize) -> Result<(), String> {
    let path = env::temp_dir().join(format!("ipc-{}", process::id()));
    let grown = File::create_new(&path).and_then(|file| file.set_len(bytes as u64));
    let removed = fs::remove_file(&path);
    grown.and(removed).map_err(|error| {
        format!("couldn't have {bytes} bytes in a file: {error}; raise `ulimit -f`")
    })
}

/// The one in the middle.
pub(crate) fn median<T: Ord + Copy>(mut times: Vec<T>) -> T {
    times.sort_unstable();
    times[times.len() / 2]
}
