//! From the request to stop until it has stopped: a thread with a flag and a process that
//! is killed. And a thread that nobody can stop.

use std::time::Duration;

use benches::samples::median;
use benches::{Observer, Unit};
use processes::stopping;

/// Stops in a round, of each kind.
const STOPS: usize = 21;
/// How long to wait for a thread that nobody can stop.
const PATIENCE: Duration = Duration::from_millis(200);

/// Its name, and how long it took to stop.
type Way = (&'static str, fn() -> Duration);

pub(crate) fn observe(observer: &mut Observer) {
    let ways: [Way; 2] = [
        ("a thread with a flag", stopping::by_flag),
        ("a process", || stopping::by_kill().expect("it starts")),
    ];
    for _ in 0..observer.rounds() {
        for (name, stop) in ways {
            let times = (0..STOPS).map(|_| stop().as_nanos() as f64);
            observer.sample(&format!("time/{name}"), Unit::Ns, median(times.collect()));
        }
        let runs = stopping::still_runs(PATIENCE).expect("it starts");
        observer.sample("threads stopped from outside", Unit::Count, f64::from(!runs));
    }
}
