//! Squares in Python's threads, where there is a `python3`. The ratio is taken within a run of
//! the script.

use benches::{Observer, Unit, python};

const SCRIPT: &str = "crates/threads/python/squares.py";

/// How the names begin of the times for ten small pieces of work.
const SMALL: &str = "Python: ten times a thousand, ";

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let times = python::times(observer, SCRIPT, &[]);
        let small = |way| {
            let named =
                |(name, _): &&(String, f64)| name.strip_prefix(SMALL) == Some(way);
            times.iter().find(named).map(|(_, time)| *time)
        };
        let small = small("ten threads").zip(small("one after the other"));
        if let Some((threads, alone)) = small {
            observer.sample(
                "against one after the other/ten threads",
                Unit::Ratio,
                threads / alone,
            );
        }
        for (name, time) in &times {
            let id = match name.strip_prefix(SMALL) {
                Some(way) => format!("ten times a thousand/Python: {way}"),
                None => name.clone(),
            };
            observer.sample(&id, Unit::Ns, *time);
        }
    }
}
