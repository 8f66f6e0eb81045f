//! How the times of single round trips are spread: how many of a thousand took about so long. Each trip
//! is counted under the largest power of two below its time in nanoseconds.

use std::time::Instant;

use benches::{Observer, Unit};
use ipc::peer::ECHO;
use ipc::{Peer, Transport};

use super::round_trips::meet;

/// How many processes there are in a round, and how many round trips with each. How long the trips take
/// depends on where the system has put the process, so there are many processes.
const PEERS: usize = 25;
const TRIPS: usize = 400;
/// The powers of two, from 64 ns to about a millisecond. A faster trip counts as the first of these, and
/// a slower one as the last.
const POWERS: std::ops::RangeInclusive<u32> = 6..=20;

const TRANSPORTS: [Transport; 4] = [
    Transport::Pipes,
    Transport::SocketPair,
    Transport::SpinningRing,
    Transport::SleepingRing,
];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for transport in TRANSPORTS {
            let peers = observer.times(PEERS);
            let mut counts = [0_u32; *POWERS.end() as usize + 1];
            for _ in 0..peers {
                count(transport, &mut counts);
            }
            for power in POWERS {
                let name = format!("{transport}/{}", 1_u32 << power);
                let share = f64::from(counts[power as usize]) / (peers * TRIPS) as f64;
                observer.sample(&name, Unit::Count, 1_000.0 * share);
            }
        }
    }
}

/// Counts, for each of the times, how many round trips with a new process take about so long.
fn count(transport: Transport, counts: &mut [u32]) {
    let Peer { connection, .. } = &mut meet(transport, &ECHO);
    for _ in 0..TRIPS {
        let start = Instant::now();
        connection.send(b"x").expect("it lives");
        connection.receive().expect("it echoes");
        let time = start.elapsed().as_nanos().max(1);
        let power = time.ilog2().clamp(*POWERS.start(), *POWERS.end());
        counts[power as usize] += 1;
    }
}
