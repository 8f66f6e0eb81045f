//! Transports beside what limits them, all in the same round: two threads that pass a cache
//! line, a copy, an empty system call, a wake-up. Beside Python's queue, where there is a
//! `python3`; and beside iceoryx2, where the feature of that name is on.

use std::time::Duration;

use benches::samples::median;
use benches::{Observer, Unit, python};
use ipc::peer::{ECHO, READ};
use ipc::transport::ALL;
use ipc::{Transport, limits};

use super::round_trips::{meet, round_trip};
use super::streaming::{copy, one_way};

const MIB: usize = 1 << 20;
/// Batches of each, whose median counts.
const BATCHES: usize = 11;
/// In a batch.
const TIMES: u32 = 10_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let line = each(limits::cache_line);
        let copy = copy(MIB);
        observer.sample("time/a cache line, there and back", Unit::Ns, line);
        observer.sample("time/an empty system call", Unit::Ns, each(limits::system_call));
        let wakes = each(|_| limits::wake_up(TIMES / 10) * 10);
        observer.sample("time/a wake-up, there and back", Unit::Ns, wakes);
        observer.sample("time/a copy of 1 MiB", Unit::Ns, copy);

        let trips: Vec<_> =
            ALL.iter().map(|&transport| (transport, trip(transport))).collect();
        let [spinning, sleeping, sockets] =
            [Transport::SpinningRing, Transport::SleepingRing, Transport::SocketPair]
                .map(|wanted| time_of(&trips, wanted));
        let mut ratio = |name: &str, ratio| observer.sample(name, Unit::Ratio, ratio);
        ratio("against a cache line/ring, spinning", spinning / line);
        ratio("against a cache line/ring, sleeping", sleeping / line);
        ratio("against a socket pair/ring, sleeping", sleeping / sockets);

        let streams =
            [Transport::SpinningRing, Transport::SleepingRing, Transport::SocketPair];
        let [spinning_mib, sleeping_mib, sockets_mib] = streams.map(stream);
        ratio("as fast as a copy/ring, spinning", copy / spinning_mib);
        ratio("as fast as a copy/ring, sleeping", copy / sleeping_mib);
        ratio("as fast as a copy/socket pair", copy / sockets_mib);
        ratio(
            "throughput against a socket pair/ring, sleeping",
            sockets_mib / sleeping_mib,
        );

        let python = python::times("crates/ipc/python/round_trips.py", &[]);
        if let Some((_, queue)) =
            python.iter().find(|(name, _)| name == "Python: Queue/1")
        {
            for (transport, time) in &trips {
                ratio(&format!("against Python's Queue/{transport}"), time / queue);
            }
        }
        #[cfg(feature = "iceoryx2")]
        {
            let theirs = super::iceoryx::round_trip(TIMES, BATCHES);
            ratio("against iceoryx2/ring, spinning", spinning / theirs);
            observer.sample("time/iceoryx2, polling, there and back", Unit::Ns, theirs);
        }
        observer.sample("time/ring, spinning, there and back", Unit::Ns, spinning);
    }
}

/// The median time of one of many, in nanoseconds.
fn each(batch: impl Fn(u32) -> Duration) -> f64 {
    let times = (0..BATCHES).map(|_| batch(TIMES).as_nanos() as f64 / f64::from(TIMES));
    median(times.collect())
}

fn trip(transport: Transport) -> f64 {
    round_trip(&mut meet(transport, &ECHO).connection, 1)
}

fn stream(transport: Transport) -> f64 {
    one_way(&mut meet(transport, &READ).connection, MIB)
}

fn time_of(trips: &[(Transport, f64)], wanted: Transport) -> f64 {
    let found = trips.iter().find(|(transport, _)| *transport == wanted);
    found.expect("it is one of all").1
}
