//! Wrong: the question mark looks harmless, but with an error it returns before the lock is
//! taken again.
//! Caught by `returns_with_the_gil_when_there_is_no_page`: Err(Missing) to the bytecode without the GIL

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
    let page = site.get(thread, &address)?;
    thread.acquire_gil();
    pages.append(thread, page);
    Ok(())
}
