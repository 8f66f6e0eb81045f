//! What a forked child does with the memory that it has inherited: how many page faults that takes,
//! and what its parent sees of it.

use benches::{Observer, Unit};
use processes::memory::{ForkingProcess, USES};

const WRITES: usize = 1_000;
const PAGES: usize = 10_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut process = ForkingProcess::start().expect("it starts");
        for (usage, _) in USES {
            let faults = process.faults(PAGES, usage).expect("it forks");
            observer.sample(&format!("page faults/{usage}"), Unit::Count, faults as f64);
        }
        let seen = process.writes_seen(WRITES).expect("it forks");
        observer.sample("seen by its parent", Unit::Count, seen as f64);
    }
}
