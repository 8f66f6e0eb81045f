//! The code of this crate, broken and fixed, under every schedule, and the explorer's models
//! of it: both must find the same ends. (Three philosophers, and an owner of seats with channels,
//! have too many schedules in Rust; for these, some are picked at random.)
//!
//! The modules take their threads, locks and atomics from `crate::sync`, and `crate` is this
//! test here. So the modules are compiled once more, with those of shuttle, whose scheduler goes
//! through all schedules. Like the explorer, this scheduler knows no reordering of memory.

#![allow(dead_code, missing_docs, unreachable_pub)]

mod sync {
    pub(crate) use shuttle::sync::{
        Barrier, Condvar, Mutex, MutexGuard, PoisonError, atomic, mpsc,
    };
    pub(crate) use shuttle::thread;
}

#[path = "../src/crowd.rs"]
mod crowd;
#[path = "../src/slab.rs"]
mod slab;

#[path = "../src/lost_update/atomic.rs"]
mod count_atomic;
#[path = "../src/lost_update/broken.rs"]
mod count_broken;
#[path = "../src/lost_update/joined.rs"]
mod count_joined;
#[path = "../src/lost_update/mutex.rs"]
mod count_mutex;
#[path = "../src/lost_update/owner.rs"]
mod count_owner;

#[path = "../src/last_seat/broken.rs"]
mod seat_broken;
#[path = "../src/last_seat/exchange.rs"]
mod seat_exchange;
#[path = "../src/last_seat/mutex.rs"]
mod seat_mutex;
#[path = "../src/last_seat/owner.rs"]
mod seat_owner;

#[path = "../src/refcount/atomic.rs"]
mod references_atomic;
#[path = "../src/refcount/broken.rs"]
mod references_broken;
#[path = "../src/refcount/mutex.rs"]
mod references_mutex;
#[path = "../src/refcount/share.rs"]
mod share;

#[path = "../src/deadlock/philosophers.rs"]
mod philosophers;
#[path = "../src/deadlock/transfer.rs"]
mod transfer;
#[path = "../src/deadlock/watch.rs"]
mod watch;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use race_conditions::explorer::{Exploration, program};
use share::{Count, Fate};
use shuttle::scheduler::{DfsScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// The seed of the random schedules, so that they are the same each time.
const SEED: u64 = 7;

/// More schedules than any of these programs has.
const MOST: usize = 2_000_000;

/// All results of `run`, under every schedule.
fn under_every_schedule<T: Ord + Send + 'static>(
    run: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let results = Arc::clone(&seen);
    let runner = Runner::new(DfsScheduler::new(Some(MOST), false), config());
    let schedules = runner.run(move || {
        let result = run();
        results.lock().expect("nobody panics here").insert(result);
    });
    eprintln!("{schedules} schedules");
    assert!(schedules < MOST, "not all schedules were tried");
    let mut seen = seen.lock().expect("nobody panics here");
    std::mem::take(&mut *seen)
}

/// The results of `run` under `times` schedules that are picked at random.
fn under_some_schedules<T: Ord + Send + 'static>(
    times: usize,
    run: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let results = Arc::clone(&seen);
    Runner::new(RandomScheduler::new_from_seed(SEED, times), config()).run(move || {
        let result = run();
        results.lock().expect("nobody panics here").insert(result);
    });
    let mut seen = seen.lock().expect("nobody panics here");
    std::mem::take(&mut *seen)
}

fn config() -> Config {
    let mut config = Config::new();
    config.silence_warnings = true;
    config
}

/// The ends that the explorer finds for a program of the book, as `read` reads them.
fn model<T: Ord>(name: &str, read: impl Fn(&str) -> T) -> BTreeSet<T> {
    let exploration = Exploration::of(&program(name)).expect("it can be explored");
    exploration.outcomes.iter().map(|outcome| read(&outcome.seen)).collect()
}

/// The number of `name` in `count = 1, freed = 0`.
fn number(seen: &str, name: &str) -> i64 {
    let mut parts = seen.split(", ").filter_map(|part| part.split_once(" = "));
    let (_, number) = parts.find(|(of, _)| *of == name).expect("it is named");
    number.parse().expect("it is a number")
}

#[test]
fn lost_updates() {
    let model = |name| model(name, |seen| number(seen, "count") as u64);
    let code = under_every_schedule(|| count_broken::count(2, 1));
    assert_eq!(code, model("lost-update"));
    assert_eq!(code, BTreeSet::from([1, 2]));
    let code = under_every_schedule(|| count_mutex::count(2, 1));
    assert_eq!(code, model("lost-update-lock"));
    let code = under_every_schedule(|| count_atomic::count(2, 1));
    assert_eq!(code, model("lost-update-fetch-add"));
    for count in [count_owner::count, count_joined::count] {
        assert_eq!(under_every_schedule(move || count(2, 1)), BTreeSet::from([2]));
    }
}

#[test]
fn the_last_seat() {
    let model = |name| model(name, |seen| number(seen, "sold") as usize);
    let code = under_every_schedule(|| seat_broken::sell(1, 2));
    assert_eq!(code, model("last-seat"));
    assert_eq!(code, BTreeSet::from([1, 2]));
    let code = under_every_schedule(|| seat_exchange::sell(1, 2));
    assert_eq!(code, model("last-seat-exchange"));
    let code = under_every_schedule(|| seat_mutex::sell(1, 2));
    assert_eq!(code, model("last-seat-lock"));
    let code = under_some_schedules(20_000, || seat_owner::sell(1, 2));
    assert_eq!(code, BTreeSet::from([1]));
}

#[test]
fn reference_counts() {
    let model = |name| {
        model(name, |seen| match (number(seen, "count"), number(seen, "freed")) {
            (1, 0) => Fate::Freed,
            (_, 0) => Fate::Leaked,
            _ => Fate::FreedInUse,
        })
    };
    let broken = model("refcount");
    assert_eq!(broken, BTreeSet::from([Fate::Freed, Fate::Leaked, Fate::FreedInUse]));
    let code = under_every_schedule(|| share::share::<references_broken::Counter>(2, 1));
    assert_eq!(code, broken);
    let code = under_every_schedule(|| share::share::<references_atomic::Counter>(2, 1));
    assert_eq!(code, model("refcount-fetch-add"));
    let code = under_every_schedule(|| share::share::<references_mutex::Counter>(2, 1));
    assert_eq!(code, model("refcount-lock"));
    assert_eq!(code, BTreeSet::from([Fate::Freed]));
}

#[test]
fn deadlocks() {
    let model = |name| model(name, |seen| seen.starts_with("deadlock"));
    let code =
        under_every_schedule(|| transfer::both_ways(transfer::paying_first, 1).is_err());
    assert_eq!(code, model("deadlock"));
    assert_eq!(code, BTreeSet::from([false, true]));
    let code = under_every_schedule(|| {
        transfer::both_ways(transfer::in_order, 1) != Ok((100, 100))
    });
    assert_eq!(code, model("deadlock-ordered"));
    let dine = |way| {
        under_some_schedules(20_000, move || philosophers::dine(3, 1, way).is_err())
    };
    assert_eq!(dine(philosophers::left_first), model("philosophers"));
    assert_eq!(dine(philosophers::lower_first), model("philosophers-ordered"));
}
