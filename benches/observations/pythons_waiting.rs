//! Slow pages by threads, by `asyncio` and one after the other, on every Python there is.

use std::time::Duration;

use benches::{Observer, python};
use workloads::slow_site::SlowSite;

const LATENCY: Duration = Duration::from_millis(20);
const PAGES: u64 = 60;

pub(crate) fn observe(observer: &mut Observer) {
    let site = SlowSite::open(LATENCY).expect("loopback has a free port");
    let mut arguments = site.urls(PAGES);
    arguments.extend(python::hurry(observer));
    for _ in 0..observer.rounds() {
        python::on_each(observer, "crates/pythons/python/waiting.py", &arguments);
    }
}
