//! Sixty slow pages: one after the other, by a pool of threads, and with a thread for each; in Rust and,
//! where there is a `python3`, in Python.

use std::time::Duration;

use benches::{Observer, Unit, python};
use threads::waiting::{one_after_the_other, pool, thread_each};
use tour::clock;
use workloads::slow_site::SlowSite;

const LATENCY: Duration = Duration::from_millis(50);
const PAGES: u64 = 60;

type Way<'a> = (&'a str, &'a dyn Fn(&[String]) -> Result<usize, String>);

pub(crate) fn observe(observer: &mut Observer) {
    let site = SlowSite::open(LATENCY).expect("loopback has a free port");
    let urls = site.urls(PAGES);
    let ways: [Way; 5] = [
        ("a single page", &|urls| one_after_the_other(&urls[..1])),
        ("a thread each", &thread_each),
        ("a pool of 30", &|urls| pool(urls, 30)),
        ("a pool of 10", &|urls| pool(urls, 10)),
        ("one after the other", &one_after_the_other),
    ];
    // Most of the time is waiting, which takes as long in each round: so a first look waits once.
    let rounds = if observer.is_quick() { 1 } else { observer.rounds() };
    for _ in 0..rounds {
        for (name, way) in ways {
            let (words, time) = clock::time(|| way(&urls));
            words.expect("the slow site answers");
            observer.sample(name, Unit::Ns, time.as_nanos() as f64);
        }
        python::observe(observer, "crates/threads/python/waiting.py", &urls);
    }
}
