//! Workers that die: ours are killed again and again, and one of Python's pools loses a worker.

use std::time::Duration;

use benches::{Observer, Unit, python};
use hybrid_pools::chaos::under_fire;
use hybrid_pools::counting::{DIE_AT, NOTHING};
use hybrid_pools::{ProcessPool, WORK};
use tour::clock;

const TASKS: u64 = 100_000;
/// How long until the next worker is killed.
const EVERY: Duration = Duration::from_millis(20);
const POISONED: u64 = 10_000;
/// How long to wait for an answer, here and in Python.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many pools lose a worker in a round.
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
                let name = name.replace("Python: ", "Python's ");
                observer.sample(&format!("of 20/{name}"), Unit::Count, count);
            }
            for (fate, count) in
                ["done", "failed", "no answer"].into_iter().zip(of_twenty())
            {
                observer.sample(&format!("of 20/ours/{fate}"), Unit::Count, count);
            }
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

/// The same as the script does in Python: twenty tasks, one of which kills its worker. Returns how many
/// are done, how many fail, and how many have no answer as long as we wait.
fn of_twenty() -> [f64; 3] {
    let pool = pool();
    let tasks: Vec<_> =
        (0..20).map(|n| pool.submit(&DIE_AT, &(n, 7)).expect("it takes more")).collect();
    let mut counts = [0.0; 3];
    for mut task in tasks {
        let fate = match task.wait_timeout(PATIENCE) {
            Some(Ok(_)) => 0,
            Some(Err(_)) => 1,
            None => 2,
        };
        counts[fate] += 1.0;
    }
    counts
}
