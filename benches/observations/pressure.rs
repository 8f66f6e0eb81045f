//! A producer and a consumer: how long the queue between them becomes, with and without a
//! bound. And how often nothing moves any more in a queue that wakes the wrong thread.

use std::time::Duration;

use benches::{Observer, Unit, python};
use threads::pressure::{Passes, flow, stands_still};
use threads::queue::{bounded, one_condvar};
use tour::clock;
use workloads::squares;

const ITEMS: usize = 4_000;
/// After how many items the length of the queue is noted.
const LOOKS: [usize; 8] = [500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, ITEMS];
/// How many numbers the fast side squares for an item, and how many the slow side.
const FAST: u64 = 10_000;
const SLOW: u64 = 3 * FAST;
/// The name of each flow, the bound, and what it takes to make and to use an item.
const FLOWS: [(&str, usize, u64, u64); 3] = [
    ("no bound", usize::MAX, FAST, SLOW),
    ("a bound of 100", 100, FAST, SLOW),
    ("no bound, the consumer is the fast one", usize::MAX, SLOW, FAST),
];

/// How many runs there are; how many threads put items in one, and as many take them; how many items
/// each puts; and after how long without any item taken a run stands still.
const RUNS: usize = 10;
const PAIRS: usize = 2;
const EACH: usize = 1_000;
const PATIENCE: Duration = Duration::from_millis(50);

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for (name, bound, make, consume) in FLOWS {
            let queue = bounded::Queue::new(bound);
            let make = || squares::sum(0..make);
            let consume =
                |made| _ = std::hint::black_box(made ^ squares::sum(0..consume));
            let (lengths, time) = clock::time(|| flow(&queue, ITEMS, make, consume));
            for look in LOOKS {
                let id = format!("in the queue/{name}/{look}");
                observer.sample(&id, Unit::Count, lengths[look - 1] as f64);
            }
            let most = lengths.into_iter().max().expect("there are some");
            observer.sample(&format!("at most/{name}"), Unit::Count, most as f64);
            observer.sample(&format!("time/{name}"), Unit::Ns, time.as_nanos() as f64);
        }
        let (two, one) = (bounded::Queue::new, one_condvar::Queue::new);
        for (name, stood) in [
            ("two condition variables", still(observer, || two(1))),
            ("one condition variable", still(observer, || one(1))),
        ] {
            observer.sample(&format!("stood still/{name}"), Unit::Count, stood);
        }
        in_python(observer);
    }
}

/// How many of the runs stand still. A first look makes fewer runs, and scales the count up.
fn still<Q: Passes>(observer: &Observer, queue: impl Fn() -> Q) -> f64 {
    let runs = observer.times(RUNS);
    let stood = (0..runs).filter(|_| stands_still(&queue(), PAIRS, EACH, PATIENCE));
    (stood.count() * RUNS) as f64 / runs as f64
}

/// How many items were in the queue at most, in Python.
fn in_python(observer: &mut Observer) {
    let script = "crates/threads/python/making_wait.py";
    for (name, count) in python::times(observer, script, &[]) {
        observer.sample(&name, Unit::Count, count);
    }
}
