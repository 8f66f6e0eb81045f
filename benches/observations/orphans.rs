//! A process is killed that has four children: how many are left when nothing ties them to
//! it, and how soon the last has gone when a link does. Four that compute may have to wait for a core before
//! they notice; a single one has one to spare.

use benches::samples::median;
use benches::{Observer, Unit};
use processes::orphans;

const CHILDREN: usize = 4;
/// Kills in a round.
const KILLS: usize = 21;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let left = orphans::left_alive(CHILDREN).expect("they start");
        observer.sample("left alive", Unit::Count, left as f64);
        observer.sample("gone after", Unit::Ns, gone_after(CHILDREN));
        observer.sample("a single one, gone after", Unit::Ns, gone_after(1));
    }
}

/// In nanoseconds.
fn gone_after(children: usize) -> f64 {
    let time = || orphans::gone_after(children).expect("they start").as_nanos() as f64;
    median((0..KILLS).map(|_| time()).collect())
}
