//! What is lost when threads change the same thing, on every Python there is.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, "crates/pythons/python/updates.py", &arguments);
    }
}
