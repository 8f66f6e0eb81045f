//! Messages in one direction, one after the other, until the last byte of the last one is read: the time
//! for each, by every transport and at every length; and for a copy in memory. Each length has a
//! connection of its own, since buffers that have grown for other messages lie elsewhere than new ones.

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::peer::READ;
use ipc::transport::ALL;
use ipc::{Connection, limits, trips};

use super::round_trips::meet;

/// The lengths of the messages, in bytes.
const LENGTHS: [usize; 8] =
    [1, 64, 1 << 10, 16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];
/// How many batches of each are timed; their median is a sample.
const BATCHES: usize = 7;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for &transport in ALL {
            for length in LENGTHS {
                let mut peer = meet(transport, &READ);
                let time = one_way(observer, &mut peer.connection, length);
                observer.sample(&format!("{transport}/{length}"), Unit::Ns, time);
            }
        }
        for length in LENGTHS {
            let time = copy(observer, length);
            observer.sample(&format!("a copy in memory/{length}"), Unit::Ns, time);
        }
    }
}

/// How many messages of this length there are in a batch: at least some, and at most 64 MiB of them.
fn times(observer: &Observer, length: usize) -> u32 {
    observer.times(((64 << 20) / length).clamp(4, 20_000)) as u32
}

/// The median time of a message, in nanoseconds.
pub(crate) fn one_way(
    observer: &Observer,
    connection: &mut Connection,
    length: usize,
) -> f64 {
    let (message, times) = (vec![b'x'; length], times(observer, length));
    let mut batch = || {
        let time = trips::one_way(connection, &message, times).expect("it reads");
        time.as_nanos() as f64 / f64::from(times)
    };
    batch();
    median((0..observer.times(BATCHES)).map(|_| batch()).collect())
}

/// The median time of a copy in memory, in nanoseconds.
pub(crate) fn copy(observer: &Observer, length: usize) -> f64 {
    let (from, mut to) = (vec![b'x'; length], vec![0; length]);
    let times = times(observer, length);
    let mut batch =
        || limits::copy(&from, &mut to, times).as_nanos() as f64 / f64::from(times);
    batch();
    median((0..observer.times(BATCHES)).map(|_| batch()).collect())
}
