//! Wrong: arguments are computed before the call, but here that is after the lock is gone.
//! Caught by `waits_without_the_gil`: a thread reads an object, but it doesn't have the GIL

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    thread.release_gil();
    let page = site.get(thread, &url.read(thread));
    thread.acquire_gil();
    pages.append(thread, page?);
    Ok(())
}
