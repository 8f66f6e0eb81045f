//! What it costs to start a thread or a process, to hear that it is ready, and to wait for
//! its end: in every way that there is, here and in Python.

use benches::samples::median;
use benches::{Observer, Unit, python};
use processes::ballast::Pages;
use processes::growing::LargeProcess;
use processes::starting::WAYS;

/// Starts in a round, of each kind.
const STARTS: usize = 41;
/// The process that starts them is a small one.
const MEMORY: u64 = 1 << 20;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut process = LargeProcess::start(MEMORY, Pages::Small).expect("it starts");
        let mut times = vec![Vec::new(); WAYS.len()];
        // They take turns, so that a slow moment of the machine slows all of them down.
        for start in 0..=STARTS {
            for ((name, _), times) in WAYS.iter().zip(&mut times) {
                let time = process.time(name, 1).expect("it starts")[0];
                // The first warms up.
                if start > 0 {
                    times.push(time.as_nanos() as f64);
                }
            }
        }
        for ((name, _), times) in WAYS.iter().zip(times) {
            observer.sample(name, Unit::Ns, median(times));
        }
        python::observe(observer, "crates/processes/python/starting.py", &[]);
    }
}
