//! How many writes of a thread the thread that has started it sees.

use benches::{Observer, Unit};
use threads::sharing;

const WRITES: usize = 1_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        observer.sample("writes by a thread", Unit::Count, WRITES as f64);
        observer.sample(
            "seen by its parent",
            Unit::Count,
            sharing::writes_seen(WRITES) as f64,
        );
    }
}
