//! Messages in one direction, one after the other, until the last byte of the last one is read:
//! the time for each, by every transport and at every length. And a copy in memory.

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::peer::READ;
use ipc::transport::ALL;
use ipc::{Connection, limits, trips};

use super::round_trips::meet;

/// The lengths of the messages, in bytes.
const LENGTHS: [usize; 8] =
    [1, 64, 1 << 10, 16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];
/// Batches of each, whose median is a sample.
pub(crate) const BATCHES: usize = 7;

pub(crate) fn observe(observer: &mut Observer) {
    let batches = observer.times(BATCHES);
    for _ in 0..observer.rounds() {
        for &transport in ALL {
            let mut peer = meet(transport, &READ);
            for length in LENGTHS {
                let time = one_way(&mut peer.connection, length, batches);
                observer.sample(&format!("{transport}/{length}"), Unit::Ns, time);
            }
        }
        for length in LENGTHS {
            observer.sample(
                &format!("a copy in memory/{length}"),
                Unit::Ns,
                copy(length, batches),
            );
        }
    }
}

/// How many messages of this length in a batch: at least some, and at most 64 MiB.
fn times(length: usize) -> u32 {
    ((64 << 20) / length).clamp(4, 20_000) as u32
}

/// The median time of a message in so many batches, in nanoseconds.
pub(crate) fn one_way(connection: &mut Connection, length: usize, batches: usize) -> f64 {
    let (message, times) = (vec![b'x'; length], times(length));
    let mut batch = || {
        let time = trips::one_way(connection, &message, times).expect("it reads");
        time.as_nanos() as f64 / f64::from(times)
    };
    batch();
    median((0..batches).map(|_| batch()).collect())
}

/// The median time of a copy in memory, in nanoseconds.
pub(crate) fn copy(length: usize, batches: usize) -> f64 {
    let (from, mut to, times) = (vec![b'x'; length], vec![0; length], times(length));
    let mut batch =
        || limits::copy(&from, &mut to, times).as_nanos() as f64 / f64::from(times);
    batch();
    median((0..batches).map(|_| batch()).collect())
}
