//! Transports beside what limits them, all in the same round: two threads that pass a cache
//! line, a copy, an empty system call, a wake-up. Also beside Python's queue, where there is a
//! `python3`; and beside iceoryx2, where the feature of that name is on.

use std::hint;
use std::time::{Duration, Instant};

use benches::samples::median;
use benches::{Observer, Unit, python};
use ipc::peer::{ECHO, READ};
use ipc::transport::ALL;
use ipc::{Transport, limits, trips};

use super::round_trips::{meet, round_trip};
use super::streaming::{copy, one_way};

const MIB: usize = 1 << 20;
/// How many batches of each are timed; their median counts.
const BATCHES: usize = 7;
/// How many round trips follow a rest, and how long each rest is.
const RESTED: usize = 501;
const REST: Duration = Duration::from_micros(200);
/// How often something is done in a batch.
const TIMES: u32 = 10_000;

/// The transports that claims of the book are about.
const COMPARED: [Transport; 3] =
    [Transport::SpinningRing, Transport::SleepingRing, Transport::SocketPair];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        round_trips(observer);
        streams(observer);
        rests(observer);
    }
}

/// Round trips of one byte, beside two threads that pass a cache line and beside other
/// libraries.
fn round_trips(observer: &mut Observer) {
    let line = each(limits::cache_line);
    let wakes = each(|_| limits::wake_up(TIMES / 10) * 10);
    observer.sample("time/a cache line, there and back", Unit::Ns, line);
    observer.sample("time/a wake-up, there and back", Unit::Ns, wakes);
    observer.sample("time/an empty system call", Unit::Ns, each(limits::system_call));

    let trips = ALL.iter().map(|&transport| (transport, trip(observer, transport)));
    let trips: Vec<_> = trips.collect();
    let [spinning, sleeping, sockets] = COMPARED.map(|wanted| time_of(&trips, wanted));
    observer.sample("time/ring, spinning, there and back", Unit::Ns, spinning);
    for (name, ratio) in [
        ("against a cache line/ring, spinning", spinning / line),
        ("against a cache line/ring, sleeping", sleeping / line),
        ("against a socket pair/ring, sleeping", sleeping / sockets),
    ] {
        observer.sample(name, Unit::Ratio, ratio);
    }

    let python = python::times(
        observer,
        "crates/ipc/python/round_trips.py",
        &python::hurry(observer),
    );
    if let Some((_, queue)) = python.iter().find(|(name, _)| name == "Python: Queue/1") {
        for (transport, time) in &trips {
            let name = format!("against Python's Queue/{transport}");
            observer.sample(&name, Unit::Ratio, time / queue);
        }
        let slowest = trips.iter().map(|(_, time)| *time).fold(0.0, f64::max);
        let name = "against Python's Queue/the slowest of all";
        observer.sample(name, Unit::Ratio, slowest / queue);
    }
    #[cfg(feature = "iceoryx2")]
    {
        let theirs = super::iceoryx::round_trip(TIMES, BATCHES);
        observer.sample("time/iceoryx2, polling, there and back", Unit::Ns, theirs);
        observer.sample(
            "against iceoryx2/ring, spinning",
            Unit::Ratio,
            spinning / theirs,
        );
    }
}

/// Messages of 1 MiB, one after the other, beside a copy in memory.
fn streams(observer: &mut Observer) {
    let copy = copy(observer, MIB);
    observer.sample("time/a copy of 1 MiB", Unit::Ns, copy);
    let [spinning, sleeping, sockets] = COMPARED.map(|transport| {
        let time = one_way(observer, &mut meet(transport, &READ).connection, MIB);
        observer.sample(
            &format!("as fast as a copy/{transport}"),
            Unit::Ratio,
            copy / time,
        );
        time
    });
    for (name, time) in [("ring, spinning", spinning), ("ring, sleeping", sleeping)] {
        let name = format!("throughput against a socket pair/{name}");
        observer.sample(&name, Unit::Ratio, sockets / time);
    }
}

/// Round trips of one byte that follow a rest.
fn rests(observer: &mut Observer) {
    let rested = COMPARED.map(|transport| (transport, after_a_rest(transport)));
    let sockets = time_of(&rested, Transport::SocketPair);
    for (transport, time) in rested {
        observer.sample(&format!("after a rest/time/{transport}"), Unit::Ns, time);
        let name = format!("after a rest/against a socket pair/{transport}");
        observer.sample(&name, Unit::Ratio, time / sockets);
    }
}

/// The median time of one thing of a batch, in nanoseconds.
fn each(batch: impl Fn(u32) -> Duration) -> f64 {
    let times = (0..BATCHES).map(|_| batch(TIMES).as_nanos() as f64 / f64::from(TIMES));
    median(times.collect())
}

fn trip(observer: &Observer, transport: Transport) -> f64 {
    round_trip(observer, &mut meet(transport, &ECHO).connection, 1)
}

/// The median time of a round trip that follows a rest, in nanoseconds. The rest is so long that a side
/// that sleeps is asleep.
fn after_a_rest(transport: Transport) -> f64 {
    let mut connection = meet(transport, &ECHO).into_parts();
    let times = (0..RESTED).map(|_| {
        let start = Instant::now();
        while start.elapsed() < REST {
            hint::spin_loop();
        }
        trips::round_trips(&mut connection.0, b"x", 1).expect("it echoes").as_nanos()
            as f64
    });
    median(times.collect())
}

fn time_of(trips: &[(Transport, f64)], wanted: Transport) -> f64 {
    let found = trips.iter().find(|(transport, _)| *transport == wanted);
    found.expect("it is one of all").1
}
