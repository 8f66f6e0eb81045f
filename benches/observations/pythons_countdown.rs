//! Two threads that count down, beside one after the other, on every Python there is: on all cores and
//! on one.

use benches::{Observer, python};

const SCRIPT: &str = "crates/pythons/python/countdown.py";

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let arguments = python::hurry(observer);
        python::on_each(observer, SCRIPT, &arguments);
        // Who battles for the lock needs a second core to do so.
        #[cfg(target_os = "linux")]
        crate::cores::on_one(|| {
            let on_one = |name: &str| format!("{name}, on one core");
            python::on_each_as(observer, SCRIPT, &arguments, on_one);
        });
    }
}
