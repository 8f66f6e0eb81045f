//! Wrong: it treats the GIL as a lock of its own, taken for each object. But whoever is
//! called by bytecode has it already, and has to return with it.
//! Caught by `appends_all_pages`: it would wait for itself

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    thread.acquire_gil();
    let address = url.read(thread);
    thread.release_gil();
    let page = site.get(thread, &address)?;
    thread.acquire_gil();
    pages.append(thread, page);
    thread.release_gil();
    Ok(())
}
