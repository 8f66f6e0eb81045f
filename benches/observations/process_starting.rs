//! What it costs to start a thread or a process, to hear that it is ready, and to wait for
//! its end: in every way that there is, here and in Python.
//!
//! Ratios are taken within a round, in which the ways take turns: so a slow minute of the
//! machine slows all of them down.

use benches::samples::median;
use benches::{Observer, Unit, python};
use processes::ballast::Pages;
use processes::growing::LargeProcess;
use processes::starting::WAYS;

/// How many starts of each kind there are in a round.
const STARTS: usize = 41;
/// A start is short, but what else happens on the machine meanwhile may not be.
const PASSES: usize = 3;
/// The memory of the process that starts others, in bytes: it is a small one.
const MEMORY: u64 = 1 << 20;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.times(PASSES) * observer.rounds() {
        let ours = times();
        compare(observer, &ours, "thread", "against a thread");
        compare(observer, &ours, "true", "against true");
        for (name, time) in ours {
            observer.sample(&format!("time/{name}"), Unit::Ns, time);
        }
        let pythons = python::times(observer, "crates/processes/python/starting.py", &[]);
        compare(observer, &pythons, "Python: thread", "against a thread");
        for (name, time) in pythons {
            observer.sample(&format!("time/{name}"), Unit::Ns, time);
        }
    }
}

/// The median time of each of our ways, in nanoseconds.
fn times() -> Vec<(String, f64)> {
    let mut process = LargeProcess::start(MEMORY, Pages::Small).expect("it starts");
    let mut times = vec![Vec::new(); WAYS.len()];
    for start in 0..=STARTS {
        for ((name, _), times) in WAYS.iter().zip(&mut times) {
            let time = process.time(name, 1).expect("it starts")[0];
            // The first start warms up.
            if start > 0 {
                times.push(time.as_nanos() as f64);
            }
        }
    }
    let names = WAYS.iter().map(|(name, _)| String::from(*name));
    names.zip(times.into_iter().map(median)).collect()
}

/// Takes samples of how many times as long as `base` each way takes.
fn compare(observer: &mut Observer, times: &[(String, f64)], base: &str, what: &str) {
    let Some((_, base_time)) = times.iter().find(|(name, _)| name == base) else {
        return;
    };
    for (name, time) in times.iter().filter(|(name, _)| name != base) {
        observer.sample(&format!("{what}/{name}"), Unit::Ratio, time / base_time);
    }
}
