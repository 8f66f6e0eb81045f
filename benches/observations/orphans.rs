//! A process is killed that has four children: how many are left when nothing ties them to
//! it, and how soon the last has gone when a link does.

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
        let times =
            (0..KILLS).map(|_| orphans::gone_after(CHILDREN).expect("they start"));
        let times = times.map(|time| time.as_nanos() as f64).collect();
        observer.sample("gone after", Unit::Ns, median(times));
    }
}
