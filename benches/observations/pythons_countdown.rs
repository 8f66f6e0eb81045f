//! Two threads that count down, against the same two countdowns one after the other, on every Python
//! there is: on all cores and on one.

use benches::{Observer, python};

const SCRIPT: &str = "crates/pythons/python/countdown.py";

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, SCRIPT, &arguments);
        // Threads that battle for the lock need a second core to do so. Here they have only one.
        #[cfg(target_os = "linux")]
        crate::cores::on_one(|| {
            let on_one = |name: &str| format!("{name}, on one core");
            python::on_each_as(observer, SCRIPT, &arguments, on_one);
        });
    }
}
