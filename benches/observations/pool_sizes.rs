//! When a pool pays: two hundred tasks of some sizes, one after the other and in a pool. And how many
//! tasks a pool does in a second, with one to eight workers.

use benches::{Observer, Unit};
use hybrid_pools::counting::COUNT;
use hybrid_pools::{ProcessPool, WORK};
use tour::clock;
use workloads::countdown::countdown;

/// How many steps a task has.
const STEPS: [u64; 6] = [100, 1_000, 10_000, 100_000, 1_000_000, 5_000_000];
const TASKS: u64 = 200;
const WORKERS: [usize; 4] = [1, 2, 4, 8];
/// How many steps short and long tasks have, and how many tasks there are of each.
const GROWTH: [(&str, u64, u64); 2] =
    [("short tasks", 10_000, 20_000), ("long tasks", 1_000_000, 400)];

fn pool(workers: usize) -> ProcessPool {
    let options = ProcessPool::of(&WORK).expect("we know where we are");
    options.workers(workers).start().expect("workers can be started")
}

fn run(pool: &ProcessPool, steps: u64, tasks: u64, chunk: usize) -> f64 {
    let (total, time) = clock::time(|| {
        let counts = pool.map(&COUNT, (0..tasks).map(|_| steps)).chunks(chunk);
        counts.map(|n| n.expect("it is done")).sum::<u64>()
    });
    assert_eq!(total, steps * tasks);
    time.as_nanos() as f64
}

pub(crate) fn observe(observer: &mut Observer) {
    let two = pool(2);
    for _ in 0..observer.rounds() {
        for steps in STEPS {
            let (total, alone) =
                clock::time(|| (0..TASKS).map(|_| countdown(steps)).sum::<u64>());
            assert_eq!(total, steps * TASKS);
            let id = format!("time/one after the other/{steps}");
            observer.sample(&id, Unit::Ns, alone.as_nanos() as f64);
            for (name, chunk) in [("a pool of 2", 1), ("in chunks of 10", 10)] {
                let id = format!("time/{name}/{steps}");
                observer.sample(&id, Unit::Ns, run(&two, steps, TASKS, chunk));
            }
        }
        for (name, steps, tasks) in GROWTH {
            let rates = WORKERS.map(|workers| {
                let rate = tasks as f64 / run(&pool(workers), steps, tasks, 1) * 1e9;
                let id = format!("tasks in a second/{name}/{workers}");
                observer.sample(&id, Unit::Count, rate);
                rate
            });
            let [_, two, _, eight] = rates;
            let id = format!("eight workers against two/{name}");
            observer.sample(&id, Unit::Ratio, eight / two);
        }
    }
}
