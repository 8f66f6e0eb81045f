//! Shared memory of every Python there is: what gets lost in it, and who removes its name.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, "crates/pythons/python/segments.py", &arguments);
    }
}
