//! How often the other races end badly when nobody forces it.

use benches::{Observer, Unit};
use race_conditions::deadlock::patience;
use race_conditions::deadlock::philosophers::{dine, left_first, lower_first};
use race_conditions::deadlock::transfer::{both_ways, in_order, paying_first};
use race_conditions::refcount::{self, Fate};
use race_conditions::{file, last_seat};

/// How many times a single seat is sold to two buyers in a round.
const SEATS: usize = 10_000;
/// How many sales of many seats there are in a round, and how many seats each has.
const SALES: usize = 500;
const MANY: i64 = 1_000;
/// How many objects two threads share, and how many references to each of them a thread takes.
const OBJECTS: usize = 1_000;
const REFERENCES: u64 = 10_000;
/// How many runs with locks there are in a round, and how often each thread locks in a run.
const RUNS: usize = 200;
const TIMES: u64 = 100;
/// How often each thread locks in a run where no list of all locks slows it down.
const MANY_TIMES: [u64; 2] = [TIMES, 10_000];
/// The name of each case; how many philosophers there are, and which fork they take first. Two of them
/// are like two accounts.
const ORDINARY: [(&str, usize, patience::Way); 4] = [
    ("the one that pays first", 2, patience::left_first),
    ("always in the same order", 2, patience::lower_first),
    ("the left fork first", 5, patience::left_first),
    ("the lower number first", 5, patience::lower_first),
];
/// How often each of two processes adds.
const ADDITIONS: u64 = 50_000;

/// The name of a race, and a run of it, which returns whether it ended badly.
type Run = (&'static str, fn() -> bool);

pub(crate) fn observe(observer: &mut Observer) {
    let deadlocks: [Run; 4] = [
        ("the one that pays first", || both_ways(paying_first, TIMES).is_err()),
        ("always in the same order", || both_ways(in_order, TIMES).is_err()),
        ("the left fork first", || dine(5, TIMES, left_first).is_err()),
        ("the lower number first", || dine(5, TIMES, lower_first).is_err()),
    ];
    for _ in 0..observer.rounds() {
        for (name, sell) in last_seat::WAYS {
            let twice = badly(observer, SEATS, || sell(1, 2) > 1);
            observer.sample(&format!("last seat/{name}"), Unit::Count, twice);
            let over = badly(observer, SALES, || sell(MANY, 2) > MANY as usize);
            observer.sample(&format!("last of many/{name}"), Unit::Count, over);
        }
        for (name, share) in refcount::WAYS {
            let objects = observer.times(OBJECTS);
            let fates: Vec<Fate> = (0..objects).map(|_| share(2, REFERENCES)).collect();
            for (fate, of) in [
                ("freed in the end", Fate::Freed),
                ("leaked", Fate::Leaked),
                ("freed in use", Fate::FreedInUse),
            ] {
                let count = fates.iter().filter(|fate| **fate == of).count();
                let id = format!("references/{name}/{fate}");
                let count = (count * OBJECTS) as f64 / objects as f64;
                observer.sample(&id, Unit::Count, count);
            }
        }
        for (name, deadlocks) in deadlocks {
            let count = badly(observer, RUNS, deadlocks);
            observer.sample(&format!("deadlocks/{name}"), Unit::Count, count);
        }
        for (name, philosophers, way) in ORDINARY {
            for times in MANY_TIMES {
                let stuck = || patience::dine(philosophers, times, way).is_err();
                let count = badly(observer, RUNS, stuck);
                let id = format!("ordinary locks/{name}/{times}");
                observer.sample(&id, Unit::Count, count);
            }
        }
        for (name, locked) in [("read and write", false), ("with a lock", true)] {
            let count = file::count(2, ADDITIONS, locked).expect("they start");
            let lost = (2 * ADDITIONS - count) as f64;
            observer.sample(&format!("lost in a file/{name}"), Unit::Count, lost);
        }
    }
}

/// How many of `usual` runs end badly. A first look makes fewer runs, and scales the count up.
fn badly(observer: &Observer, usual: usize, run: impl Fn() -> bool) -> f64 {
    let runs = observer.times(usual);
    let badly = (0..runs).filter(|_| run()).count();
    (badly * usual) as f64 / runs as f64
}
