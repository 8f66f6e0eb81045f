//! What `cargo run -p ipc` prints.

pub(crate) mod ends;
#[cfg(target_os = "linux")]
pub(crate) mod moving;
#[cfg(not(target_os = "linux"))]
pub(crate) mod moving {
    use std::io::Write;

    pub(crate) fn run(stage: &mut tour::Stage) -> tour::Outcome {
        writeln!(stage, "  not here: this demo needs Linux")?;
        Ok(())
    }
}
pub(crate) mod numbers;
pub(crate) mod round_trips;
pub(crate) mod segment;
pub(crate) mod stream;

use std::error::Error;

use ipc::peer::Role;
use ipc::signals::Waiting;
use ipc::{Peer, Settings, Transport};
use tour::spare;

/// How many files a connection needs while it is made, at most. If they are missing, ipc-channel
/// panics.
const FILES: usize = 8;

/// Calls [`spare::threads`] while Ctrl-C waits. Its threads may still be ending when it returns.
/// Started now, they inherit that Ctrl-C waits, and so none of them takes a later Ctrl-C that is
/// meant to wait.
fn threads(count: usize) -> Result<(), String> {
    let _waiting = Waiting::new();
    spare::threads(count)
}

/// Starts a peer in this role, and connects with it.
///
/// Have only one at a time in demos that measure times: a peer that spins takes a core away from
/// all others.
pub(crate) fn meet(transport: Transport, role: &Role) -> Result<Peer, Box<dyn Error>> {
    spare::files(FILES)?;
    // The portable ring has a name until both have met.
    let _waiting = Waiting::new();
    Ok(Peer::start(transport, Settings::default(), role)?)
}

/// The median: the value in the middle.
pub(crate) fn median<T: Ord + Copy>(mut times: Vec<T>) -> T {
    times.sort_unstable();
    times[times.len() / 2]
}
