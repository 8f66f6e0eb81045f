//! Squares in Python's processes, where there is a `python3`. The ratios are taken within a
//! run of the script.

use benches::{Observer, Unit, python};

/// The way that the others are compared with.
const ALONE: &str = "Python: one process";
/// A run takes long enough for something else to happen in it, so a single one says little.
const PASSES: usize = 4;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.times(PASSES) * observer.rounds() {
        let times = python::times(observer, "crates/processes/python/squares.py", &[]);
        for (name, time) in &times {
            observer.sample(&format!("time/{name}"), Unit::Ns, *time);
            let Some((way, size)) = name.rsplit_once('/') else { continue };
            let alone = times.iter().find(|(name, _)| *name == format!("{ALONE}/{size}"));
            if let Some((_, alone)) = alone.filter(|_| way != ALONE) {
                let name = format!("against one process/{name}");
                observer.sample(&name, Unit::Ratio, time / alone);
            }
        }
    }
}
