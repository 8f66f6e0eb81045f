//! A byte there and back: between threads and between processes; on one core, on two, and on cores that
//! others use as well; with two sides that block, that spin, or that look for a moment and then sleep.
//! While the byte goes to and fro without a break, and after a rest. And a mebibyte one way.
//!
//! Much depends on where the system puts both sides, and it leaves them there for a while. So we choose
//! the cores.
//!
//! Ratios are taken within a round.

use std::hint;
use std::iter;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::peer::{ECHO, READ, Role};
use ipc::{Connection, Peer, Settings, Transport, trips};
use nix::unistd::Pid;

use super::cores;
use super::streaming::one_way;

/// How long the byte goes to and fro between each pair.
const TIME: Duration = Duration::from_millis(16);
/// How many trips there are between two looks at the clock.
const BATCH: u32 = 10;
/// How many trips follow a rest, unless they take too long; how many do in any case; and how long each
/// rest is.
const RESTED: usize = 32;
const FEWEST: usize = 3;
const REST: Duration = Duration::from_micros(200);

/// A way to wait: its name, its transport, and whether the connection is made on a single core. A ring
/// that is made on a single core doesn't look before it sleeps, wherever its sides run later.
struct Way(&'static str, Transport, bool);

const WAYS: [Way; 5] = [
    Way("pipes", Transport::Pipes, false),
    Way("a ring that blocks", Transport::SleepingRing, true),
    Way("a ring that spins", Transport::SpinningRing, false),
    Way("a ring that looks, then sleeps", Transport::SleepingRing, false),
    Way("a channel", Transport::ThreadChannel, false),
];
const ENDS: [&str; 2] = ["two threads", "two processes"];

/// The cores on which both sides run.
struct Place {
    name: &'static str,
    ours: usize,
    theirs: usize,
    /// Whether other threads compute there, one on each core.
    busy: bool,
}

/// The median times of a trip, in nanoseconds.
#[derive(Clone, Copy)]
struct Times {
    hot: f64,
    rested: f64,
}

/// The times of each way, between threads and between processes; `None` for a channel between processes.
type Table = [[Option<Times>; 2]; WAYS.len()];

pub(crate) fn observe(observer: &mut Observer) {
    let places = places(&cores::allowed());
    for _ in 0..observer.rounds() {
        let mut tables = Vec::new();
        for place in &places {
            if !place.busy {
                streams(observer, place);
            }
            let table = table_of(observer, place);
            report(observer, place.name, &table);
            tables.push(table);
        }
        compare(observer, &tables);
    }
}

/// The places that this machine has.
fn places(cores: &[usize]) -> Vec<Place> {
    let [one, ..] = *cores else { return Vec::new() };
    let place = |name, theirs, busy| Place { name, ours: one, theirs, busy };
    let mut places = vec![place("one core", one, false)];
    if let [_, two, ..] = *cores {
        places.push(place("two cores", two, false));
        places.push(place("one busy core", one, true));
        places.push(place("two busy cores", two, true));
    }
    places
}

/// Does `work`; if the place is a busy one, while other threads compute there.
fn with_others<T>(place: &Place, work: impl FnOnce() -> T) -> T {
    /// When dropped, ends the other threads, even if the work panics.
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }

    let other = (place.theirs != place.ours).then_some(place.theirs);
    let cores: Vec<_> =
        iter::once(place.ours).chain(other).filter(|_| place.busy).collect();
    let done = AtomicBool::new(false);
    let all_compute = Barrier::new(cores.len() + 1);
    let compute = |core| {
        cores::stay_on(&[core]);
        all_compute.wait();
        while !done.load(Relaxed) {
            hint::spin_loop();
        }
    };
    thread::scope(|scope| {
        let _done = Done(&done);
        for &core in &cores {
            scope.spawn(move || compute(core));
        }
        all_compute.wait();
        work()
    })
}

fn table_of(observer: &Observer, place: &Place) -> Table {
    let pair = |way: &Way, ends| {
        let between_processes = ends == ENDS[1];
        let can_be = way.1.reaches_processes() || !between_processes;
        can_be.then(|| of_a_pair(observer, way, between_processes, place))
    };
    with_others(place, || WAYS.map(|way| ENDS.map(|ends| pair(&way, ends))))
}

fn of_a_pair(
    observer: &Observer,
    way: &Way,
    between_processes: bool,
    place: &Place,
) -> Times {
    with_a_pair(way, between_processes, place, &ECHO, |ours| trips(observer, ours))
}

/// Does `work` with our side of a connection at this place, while the other side plays this role.
fn with_a_pair<T: Send>(
    way: &Way,
    between_processes: bool,
    place: &Place,
    role: &Role,
    work: impl FnOnce(&mut Connection) -> T + Send,
) -> T {
    let Way(_, transport, made_on_one) = *way;
    // In a thread of its own, so that only this thread has to stay on its core.
    let there = || {
        if made_on_one {
            cores::stay_on(&[place.ours]);
        }
        if between_processes {
            let peer = Peer::start(transport, Settings::default(), role);
            let (mut ours, process) = peer.expect("it starts").into_parts();
            let process = process.expect("it is no thread");
            cores::move_to(Pid::from_raw(process.id().cast_signed()), &[place.theirs]);
            cores::stay_on(&[place.ours]);
            work(&mut ours)
        } else {
            let pair = transport.pair(Settings::default());
            let (mut ours, theirs) = pair.expect("it opens");
            thread::scope(|scope| {
                scope.spawn(move || {
                    cores::stay_on(&[place.theirs]);
                    // The role ends with an error when the connection ends.
                    let _ = (role.talk)(theirs);
                });
                cores::stay_on(&[place.ours]);
                let done = work(&mut ours);
                drop(ours);
                done
            })
        }
    };
    let done = thread::scope(|scope| scope.spawn(there).join());
    done.expect("it doesn't panic")
}

/// Takes samples of how long a mebibyte takes in one direction, between processes.
fn streams(observer: &mut Observer, place: &Place) {
    for (name, transport) in [
        ("a pair of sockets", Transport::SocketPair),
        ("a ring", Transport::SleepingRing),
    ] {
        let way = Way(name, transport, false);
        let work = |ours: &mut Connection| one_way(observer, ours, 1 << 20);
        let time = with_a_pair(&way, true, place, &READ, work);
        let name = format!("a mebibyte one way/{name}/{}", place.name);
        observer.sample(&name, Unit::Ns, time);
    }
}

fn trips(observer: &Observer, connection: &mut Connection) -> Times {
    let budget = if observer.is_quick() { TIME / 4 } else { TIME };
    // How long each of so many trips takes.
    let mut trip = |trips| {
        let time = trips::round_trips(connection, b"x", trips).expect("it echoes");
        time.as_nanos() as f64 / f64::from(trips)
    };
    trip(1);
    let (start, mut hot) = (Instant::now(), Vec::new());
    while hot.is_empty() || start.elapsed() < budget {
        hot.push(trip(BATCH));
    }
    let (start, mut rested) = (Instant::now(), Vec::new());
    while rested.len() < FEWEST
        || rested.len() < observer.times(RESTED) && start.elapsed() < budget
    {
        thread::sleep(REST);
        rested.push(trip(1));
    }
    Times { hot: median(hot), rested: median(rested) }
}

type Kind = (&'static str, fn(&Times) -> f64);
const KINDS: [Kind; 2] =
    [("hot", |times| times.hot), ("after a rest", |times| times.rested)];

fn report(observer: &mut Observer, place: &str, table: &Table) {
    for (kind, of) in KINDS {
        for (Way(way, ..), times) in WAYS.iter().zip(table) {
            for (ends, times) in ENDS.iter().zip(times) {
                if let Some(times) = times {
                    let name = format!("{kind}/{way}, {ends}/{place}");
                    observer.sample(&name, Unit::Ns, of(times));
                }
            }
            if let [Some(threads), Some(processes)] = times {
                let name = format!("processes against threads, {kind}/{way}/{place}");
                observer.sample(&name, Unit::Ratio, of(processes) / of(threads));
            }
        }
    }
}

/// How far each way between processes falls behind the best way, in the place where it falls behind most.
fn compare(observer: &mut Observer, tables: &[Table]) {
    for (kind, of) in KINDS {
        let time = |table: &Table, way: usize| table[way][1].as_ref().map(of);
        for (at, Way(way, ..)) in WAYS.iter().enumerate() {
            let behind = tables.iter().filter_map(|table| {
                let all = (0..WAYS.len()).filter_map(|way| time(table, way));
                Some(time(table, at)? / all.reduce(f64::min)?)
            });
            if let Some(most) = behind.reduce(f64::max) {
                let name = format!("behind the best, at most/{way}/{kind}");
                observer.sample(&name, Unit::Ratio, most);
            }
        }
    }
}
