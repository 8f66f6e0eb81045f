//! How many different results a hundred runs have.

use benches::{Observer, Unit};
use race_conditions::thread_safe::{RUNS, distinct};

const TIMES: usize = 100;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for (name, run) in RUNS {
            for threads in [1, 2, 4] {
                let results = distinct(run, threads, TIMES).len();
                observer.sample(
                    &format!("{name}/{threads}"),
                    Unit::Count,
                    results as f64,
                );
            }
        }
    }
}
