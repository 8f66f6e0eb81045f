//! A process that has four children is killed: how many of them are left when nothing ties them to it;
//! and how soon the last one has gone when a link ties them. Four children that compute may have to wait
//! for a core before they notice, while a single one finds a core free.

use benches::samples::median;
use benches::{Observer, Unit};
use processes::orphans;

const CHILDREN: usize = 4;
/// How many parents are killed in a round.
const KILLS: usize = 21;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let left = orphans::left_alive(CHILDREN).expect("they start");
        observer.sample("left alive", Unit::Count, left as f64);
        observer.sample("gone after", Unit::Ns, gone_after(CHILDREN));
        observer.sample("a single one, gone after", Unit::Ns, gone_after(1));
    }
}

/// The median time until all children have gone, in nanoseconds.
fn gone_after(children: usize) -> f64 {
    let time = || orphans::gone_after(children).expect("they start").as_nanos() as f64;
    median((0..KILLS).map(|_| time()).collect())
}
