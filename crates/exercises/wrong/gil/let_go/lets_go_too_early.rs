//! Wrong: it lets the others run for a moment, once, and then waits with the lock.
//! Caught by `waits_without_the_gil`: meanwhile nobody else could run bytecode
//! Caught by `all_wait_at_once`: Does one of them wait with the GIL?

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
    thread.acquire_gil();
    let page = site.get(thread, &address)?;
    pages.append(thread, page);
    Ok(())
}
