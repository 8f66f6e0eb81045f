//! A message there and back, by every transport and at every length, each with a connection of its own;
//! in Rust and, where there is a `python3`, in Python.

use benches::samples::median;
use benches::{Observer, Unit, python};
use ipc::peer::{ECHO, Role};
use ipc::transport::ALL;
use ipc::{Connection, Peer, Settings, Transport, limits, trips};

/// The lengths of the messages, in bytes.
const LENGTHS: [usize; 8] =
    [1, 64, 1 << 10, 16 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];
/// How many batches of each are timed; their median is a sample.
const BATCHES: usize = 7;

pub(crate) fn observe(observer: &mut Observer) {
    let batches = observer.times(BATCHES);
    for _ in 0..observer.rounds() {
        for &transport in ALL {
            for length in LENGTHS {
                let mut peer = meet(transport, &ECHO);
                let time = round_trip(observer, &mut peer.connection, length);
                observer.sample(&format!("{transport}/{length}"), Unit::Ns, time);
            }
        }
        for length in LENGTHS {
            let (message, mut answer) = (vec![b'x'; length], Vec::new());
            let calls = (16 << 20) / length.max(1 << 10) as u32;
            let times = (0..batches).map(|_| {
                let time = limits::call(&message, &mut answer, calls);
                time.as_nanos() as f64 / f64::from(calls)
            });
            let name = format!("a plain call, with a copy/{length}");
            observer.sample(&name, Unit::Ns, median(times.collect()));
        }
        python::observe(
            observer,
            "crates/ipc/python/round_trips.py",
            &python::hurry(observer),
        );
    }
}

/// Starts a process in this role, and connects with it. There is only one at a time: one that spins takes
/// a core away from all others.
pub(crate) fn meet(transport: Transport, role: &Role) -> Peer {
    Peer::start(transport, Settings::default(), role).expect("it starts")
}

/// The median time of a round trip, in nanoseconds.
pub(crate) fn round_trip(
    observer: &Observer,
    connection: &mut Connection,
    length: usize,
) -> f64 {
    let message = vec![b'x'; length];
    let trips = observer.times((8_000_000 / length.max(8_000)).max(3)) as u32;
    let mut batch = || {
        let time = trips::round_trips(connection, &message, trips).expect("it echoes");
        time.as_nanos() as f64 / f64::from(trips)
    };
    batch();
    median((0..observer.times(BATCHES)).map(|_| batch()).collect())
}
