//! What the same programs take in one thread, on every Python there is.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, "crates/pythons/python/cost.py", &arguments);
    }
}
