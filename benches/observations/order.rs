//! How often, of a million rounds, two threads see each other's stores late.

use benches::{Observer, Unit};
use race_conditions::order::{both_look, message_passing, pass, store_buffering};

const ROUNDS: usize = 1_000_000;

pub(crate) fn observe(observer: &mut Observer) {
    let rounds = observer.times(ROUNDS);
    // Counts are given for a million rounds, however many there were.
    let of_all = |count: u64| (count as usize * ROUNDS) as f64 / rounds as f64;
    for _ in 0..observer.rounds() {
        // Which way comes first differs from process to process.
        let mut ways = store_buffering::WAYS;
        let first = std::process::id() as usize % ways.len();
        ways.rotate_left(first);
        for (name, look, _) in ways {
            let [[neither, one], [other, both]] = both_look(rounds as u64, look);
            for (end, count) in [
                ("both read 1", both),
                ("one reads 0", one + other),
                ("both read 0", neither),
            ] {
                let id = format!("store buffering/{name}/{end}");
                observer.sample(&id, Unit::Count, of_all(count));
            }
        }
        for (name, way) in message_passing::WAYS {
            let [[early, late], [old, new]] = pass(rounds as u64, way);
            for (end, count) in [
                ("no flag yet", early + late),
                ("flag and data", new),
                ("flag and old data", old),
            ] {
                let id = format!("message passing/{name}/{end}");
                observer.sample(&id, Unit::Count, of_all(count));
            }
        }
        #[cfg(unix)]
        in_python(observer);
    }
}

/// The same in Python: the script, too, gives its counts for a million rounds.
#[cfg(unix)]
fn in_python(observer: &mut Observer) {
    let (script, hurry) =
        ("crates/race-conditions/python/order.py", benches::python::hurry(observer));
    for (name, count) in benches::python::times(observer, script, &hurry) {
        observer.sample(&name, Unit::Count, count);
    }
}
