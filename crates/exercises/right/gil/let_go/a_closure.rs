//! Right: a function that takes a closure, as in many bindings to Python.

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

fn without_gil<T>(thread: &Thread, wait: impl FnOnce() -> T) -> T {
    thread.release_gil();
    let result = wait();
    thread.acquire_gil();
    result
}

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    let address = url.read(thread);
    without_gil(thread, || site.get(thread, &address))
        .map(|page| pages.append(thread, page))
}
