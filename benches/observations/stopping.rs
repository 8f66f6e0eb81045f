//! From the request to stop until it has stopped: a thread with a flag, a process that is
//! killed, and the children of a process that is killed.

use std::time::Duration;

use benches::{Observer, Unit, median};
use processes::{orphans, stopping};

/// Stops in a round, of each kind.
const STOPS: usize = 21;
const CHILDREN: usize = 4;

/// Its name, and how long it took to stop.
type Way = (&'static str, fn() -> Duration);

pub(crate) fn observe(observer: &mut Observer) {
    let ways: [Way; 3] = [
        ("a thread with a flag", stopping::by_flag),
        ("a process", || stopping::by_kill().expect("it starts")),
        ("four children of a process", || {
            orphans::gone_after(CHILDREN).expect("they start")
        }),
    ];
    for _ in 0..observer.rounds() {
        for (name, stop) in ways {
            let times = (0..STOPS).map(|_| stop().as_nanos() as f64);
            observer.sample(name, Unit::Ns, median(times.collect()));
        }
    }
}
