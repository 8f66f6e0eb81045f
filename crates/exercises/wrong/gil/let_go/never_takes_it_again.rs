//! Wrong: it lets the lock go for the wait and leaves the rest to the interpreter, which
//! seems to take the lock anyway before the next instruction.
//! Caught by `appends_all_pages`: a thread changes an object, but it doesn't have the GIL

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
    pages.append(thread, page);
    Ok(())
}
