//! Wrong: every touch of an object has the lock around it, and at the end it is let go, as
//! one does with locks. But the caller still needs it.
//! Caught by `returns_with_the_gil`: to the bytecode without the GIL

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    let address = url.read(thread);
    thread.release_gil();
    let page = site.get(thread, &address);
    thread.acquire_gil();
    let result = page.map(|page| pages.append(thread, page));
    thread.release_gil();
    result
}
