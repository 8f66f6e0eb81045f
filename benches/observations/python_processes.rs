//! Squares in Python's processes, where there is a `python3`.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        python::observe(observer, "crates/processes/python/squares.py", &[]);
    }
}
