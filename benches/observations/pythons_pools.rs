//! Pools: empty tasks, and a worker that is killed, on every Python there is.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, "crates/pythons/python/pools.py", &arguments);
    }
}
