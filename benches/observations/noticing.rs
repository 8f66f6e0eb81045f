//! How long it takes until a process notices that the other side was killed while it waits for it.

use std::time::{Duration, Instant};

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::peer::ECHO;
use ipc::transport::ALL;
use ipc::{Problem, Transport};

use super::round_trips::meet;

/// How many processes are killed in a round, for each transport.
const KILLS: usize = 11;
/// How long to wait if the transport says nothing.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut slowest = 0.0_f64;
        let reaches = ALL.iter().filter(|transport| transport.reaches_processes());
        for &transport in reaches {
            let time =
                median((0..observer.times(KILLS)).map(|_| notice(transport)).collect());
            observer.sample(&format!("time/{transport}"), Unit::Ns, time);
            slowest = slowest.max(time);
        }
        observer.sample("the slowest", Unit::Ns, slowest);
    }
}

/// The time from the kill to the error, in nanoseconds.
fn notice(transport: Transport) -> f64 {
    let mut peer = meet(transport, &ECHO);
    peer.connection.send(b"are you there?").expect("it lives");
    peer.connection.receive().expect("it echoes");
    let (mut connection, process) = peer.into_parts();
    let start = Instant::now();
    drop(process);
    let problem = connection.receive_within(PATIENCE).err().map(|error| error.problem);
    let time = start.elapsed().as_nanos() as f64;
    // With TCP, nobody knows whether something is missing: the end looks like any other.
    let noticed = matches!(problem, Some(Problem::Ended | Problem::Truncated));
    assert!(noticed, "{problem:?}");
    time
}
