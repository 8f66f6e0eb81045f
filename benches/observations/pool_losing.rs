//! Workers that die: ours are killed again and again, and one of Python's pools loses a worker.

use std::time::Duration;

use benches::{Observer, Unit, python};
use hybrid_pools::chaos::under_fire;
use hybrid_pools::counting::{DIE_AT, NOTHING};
use hybrid_pools::{ProcessPool, TaskError, WORK};
use tour::clock;

const TASKS: u64 = 100_000;
/// How long until the next one is killed.
const EVERY: Duration = Duration::from_millis(20);
const POISONED: u64 = 10_000;
/// Pools that lose a worker, in a round.
const PASSES: usize = 3;

fn pool() -> ProcessPool {
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    options.workers(2).quiet().start().expect("workers can be started")
}

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        chaos(observer);
        poison(observer);
        for _ in 0..observer.times(PASSES) {
            for (name, count) in
                python::times(observer, "crates/hybrid-pools/python/losing.py", &[])
            {
                let name = name.replace("Python: ", "Python's ").replace(", done", "");
                observer.sample(&format!("done of 20/{name}"), Unit::Count, count);
            }
            observer.sample("done of 20/ours", Unit::Count, done_of_twenty());
        }
    }
}

fn chaos(observer: &mut Observer) {
    let pool = pool();
    let (right, time) = clock::time(|| {
        under_fire(&pool, EVERY, || {
            let results = pool.map(&NOTHING, 0..TASKS);
            (0..).zip(results).filter(|(n, result)| *result == Ok(*n)).count()
        })
    });
    let right = right.expect("a thread can be started");
    let lost = TASKS - right as u64;
    observer.sample("chaos/tasks lost", Unit::Count, lost as f64);
    let killed = pool.progress().restarts as f64;
    observer.sample("chaos/workers killed", Unit::Count, killed);
    observer.sample("chaos/time", Unit::Ns, time.as_nanos() as f64);
}

fn poison(observer: &mut Observer) {
    let pool = pool();
    let tasks = (0..POISONED).map(|n| (n, POISONED / 2));
    let failed = pool.map(&DIE_AT, tasks).filter(Result::is_err).count();
    observer.sample("poison/tasks that fail of 10,000", Unit::Count, failed as f64);
}

/// The same as Python does: twenty tasks, one of which kills its worker.
fn done_of_twenty() -> f64 {
    let pool = pool();
    let done = pool.map(&DIE_AT, (0..20).map(|n| (n, 7)));
    let done = done.filter(|result: &Result<u64, TaskError>| result.is_ok()).count();
    done as f64
}
