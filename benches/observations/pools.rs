//! Pools of two processes: tasks that do nothing, each by itself, in chunks, and one after the other; on
//! one core and on two; arguments of some sizes; starting a pool; four tasks that count. Our pool,
//! Python's two, and procspawn's.

#[cfg(target_os = "linux")]
use std::thread;

use benches::samples::median;
use benches::{Observer, Unit, python};
use hybrid_pools::counting::{COUNT, ECHO, NOTHING};
use hybrid_pools::{ProcessPool, WORK};
use ipc::Transport;
#[cfg(target_os = "linux")]
use nix::unistd::Pid;
use serde_bytes::ByteBuf;
use tour::clock;
use workloads::countdown::countdown;

#[cfg(target_os = "linux")]
use super::cores;

const WORKERS: usize = 2;
const TASKS: usize = 100_000;
const CHUNK: usize = 100;
const TRIPS: usize = 500;
const SIZES: [usize; 2] = [1024, 1024 * 1024];
/// How often a round runs article D's program, and makes round trips beside procspawn's.
const PASSES: usize = 3;
/// The number to which article D's program counts, four times.
const COUNT_TO: u64 = 100_000_000;

fn pool(transport: Transport) -> ProcessPool {
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    options.workers(WORKERS).transport(transport).start().expect("workers can be started")
}

/// How long `work` takes, in nanoseconds.
fn time<T>(work: impl FnOnce() -> T) -> f64 {
    clock::time(work).1.as_nanos() as f64
}

pub(crate) fn observe(observer: &mut Observer) {
    for round in 0..observer.rounds() {
        let mine = ours(observer);
        transports(observer, &mine);
        #[cfg(target_os = "linux")]
        places(observer);
        for _ in 0..observer.times(PASSES) {
            counts(observer);
        }
        #[cfg(feature = "procspawn")]
        for _ in 0..observer.times(PASSES) {
            let ours = trip(observer, &pool(Transport::Pipes));
            let theirs = crate::procspawn_pool::round_trip(observer, TRIPS as u64);
            let id = "a round trip of ours against/procspawn";
            observer.sample(id, Unit::Ratio, ours / theirs);
        }
        // Python takes long for the four counts: so only once, and not for a first look.
        let mut arguments = python::hurry(observer);
        if round == 0 && !observer.is_quick() {
            arguments.push("--count".into());
        }
        let times =
            python::times(observer, "crates/hybrid-pools/python/pools.py", &arguments);
        for (name, ns) in &times {
            // The script uses the names of our tables.
            let name = name.trim_start_matches("Python: ");
            observer.sample(name, Unit::Ns, *ns);
            for (how, of_ours) in
                [("each by itself", mine.each), ("in chunks of 100", mine.in_chunks)]
            {
                if let Some(pool) = name.strip_prefix("a task/Python's ")
                    && let Some(pool) = pool.strip_suffix(&format!(", {how}"))
                {
                    let id = format!("{how} against ours/{pool}");
                    observer.sample(&id, Unit::Ratio, ns / of_ours);
                }
            }
        }
    }
}

/// How long our pool takes, in nanoseconds.
struct Ours {
    /// For each of many tasks.
    each: f64,
    /// For each of many tasks in chunks.
    in_chunks: f64,
    /// To bring a task there and its result back.
    trip: f64,
}

fn ours(observer: &mut Observer) -> Ours {
    let started = time(|| {
        let pool = pool(Transport::Pipes);
        assert_eq!(pool.map(&NOTHING, 0..WORKERS as u64).count(), WORKERS);
    });
    observer.sample("start/ours", Unit::Ns, started);
    let pool = pool(Transport::Pipes);
    let ours = Ours {
        each: each(observer, &pool, 1),
        in_chunks: each(observer, &pool, CHUNK),
        trip: trip(observer, &pool),
    };
    observer.sample("a task/ours, each by itself", Unit::Ns, ours.each);
    observer.sample("a task/ours, in chunks of 100", Unit::Ns, ours.in_chunks);
    observer.sample("a round trip/ours", Unit::Ns, ours.trip);
    for size in SIZES {
        let bytes = ByteBuf::from(vec![7; size]);
        let trip = median(
            (0..observer.times(TRIPS) / 5)
                .map(|_| time(|| pool.submit(&ECHO, &bytes).unwrap().wait().unwrap()))
                .collect(),
        );
        observer.sample(&format!("a round trip by bytes/ours/{size}"), Unit::Ns, trip);
    }
    ours
}

/// The time for each of many tasks, in nanoseconds.
fn each(observer: &Observer, pool: &ProcessPool, chunk: usize) -> f64 {
    let tasks = observer.times(TASKS) as u64;
    let all = time(|| {
        let results = pool.map(&NOTHING, 0..tasks).chunks(chunk);
        assert!(results.map(|n| n.expect("it is done")).eq(0..tasks));
    });
    all / tasks as f64
}

/// The median time of a round trip, in nanoseconds.
fn trip(observer: &Observer, pool: &ProcessPool) -> f64 {
    let trip = |n| time(|| assert_eq!(pool.submit(&NOTHING, &n).unwrap().wait(), Ok(n)));
    median((0..observer.times(TRIPS) as u64).map(trip).collect())
}

/// The same pool with each transport that suits one. With pipes, it was measured before.
fn transports(observer: &mut Observer, by_pipes: &Ours) {
    let report = |observer: &mut Observer, transport, each, trip| {
        let task = format!("transports/{transport}/a task of many");
        observer.sample(&task, Unit::Ns, each);
        let round_trip = format!("transports/{transport}/a round trip");
        observer.sample(&round_trip, Unit::Ns, trip);
    };
    report(observer, Transport::Pipes, by_pipes.each, by_pipes.trip);
    for transport in [
        Transport::SocketPair,
        Transport::Tcp,
        Transport::TypedChannel,
        #[cfg(target_os = "linux")]
        Transport::SleepingRing,
    ] {
        let pool = pool(transport);
        let (each, trip) = (each(observer, &pool, 1), trip(observer, &pool));
        report(observer, transport, each, trip);
    }
}

/// A round trip where the system has no choice: everything on one core; or the pool's threads and the
/// waiting thread on one core, and both workers on another.
#[cfg(target_os = "linux")]
fn places(observer: &mut Observer) {
    let cores = cores::allowed();
    let [one, others @ ..] = &cores[..] else { return };
    let places = [("one core", Some(one)), ("two cores", others.first())];
    for (name, theirs) in places.into_iter().filter_map(|(name, at)| Some((name, at?))) {
        // In a thread of its own, so that only this thread has to stay there.
        let times = || {
            cores::stay_on(&[*one]);
            let pool = pool(Transport::Pipes);
            for id in pool.worker_ids() {
                cores::move_to(Pid::from_raw(id.cast_signed()), &[*theirs]);
            }
            trip(observer, &pool)
        };
        let trip = thread::scope(|scope| scope.spawn(times).join());
        let trip = trip.expect("it doesn't panic");
        let id = format!("a round trip where/ours/{name}");
        observer.sample(&id, Unit::Ns, trip);
    }
}

/// Takes samples of article D's four tasks.
fn counts(observer: &mut Observer) {
    let alone = time(|| {
        let counts = (0..4).map(|_| countdown(COUNT_TO));
        assert_eq!(counts.sum::<u64>(), 4 * COUNT_TO);
    });
    let mut kept = None;
    let start = time(|| kept = Some(pool(Transport::Pipes)));
    let pool = kept.expect("it has started");
    let pooled = time(|| {
        let counts = pool.map(&COUNT, [COUNT_TO; 4]);
        assert_eq!(counts.map(|n| n.expect("it is done")).sum::<u64>(), 4 * COUNT_TO);
    });
    observer.sample("four counts/ours, one after the other", Unit::Ns, alone);
    observer.sample("four counts/ours, in a pool", Unit::Ns, pooled);
    observer.sample("four counts/ours, with its start", Unit::Ns, start + pooled);
    observer.sample(
        "four counts in a pool of one after the other",
        Unit::Ratio,
        pooled / alone,
    );
    let ratio = "four counts with the start of one after the other";
    observer.sample(ratio, Unit::Ratio, (start + pooled) / alone);
}
