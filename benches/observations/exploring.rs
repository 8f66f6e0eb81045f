//! How many schedules and states programs have as they grow, and how long it takes to explore them.

use std::fmt::Write;

use benches::{Observer, Unit};
use race_conditions::explorer::{Exploration, Program};
use tour::clock;

const STEPS: [usize; 4] = [2, 4, 6, 8];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for threads in [2, 3] {
            for steps in STEPS {
                let program = adders(threads, steps);
                let (explored, time) = clock::time(|| Exploration::of(&program));
                let explored = explored.expect("it is small enough");
                let schedules = explored.schedules.expect("there is no loop");
                let mut sample = |what, unit, value| {
                    let id = format!("{what}/{threads} threads/{steps}");
                    observer.sample(&id, unit, value);
                };
                sample("schedules", Unit::Count, schedules as f64);
                sample("states", Unit::Count, explored.states.len() as f64);
                sample("time", Unit::Ns, time.as_nanos() as f64);
            }
        }
    }
}

/// A program of so many threads, each of which writes `steps` times to a number that all share.
fn adders(threads: usize, steps: usize) -> Program {
    let mut text = String::from("shared n = 0\n");
    for thread in 0..threads {
        let _ = writeln!(text, "thread T{thread}\n{}", "n.fetch_add(1)\n".repeat(steps));
    }
    Program::parse("adders", &text).expect("it can be read")
}
