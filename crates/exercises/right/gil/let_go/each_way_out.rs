//! Right: it takes the lock on each way out.

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
    match site.get(thread, &address) {
        Ok(page) => {
            thread.acquire_gil();
            pages.append(thread, page);
            Ok(())
        }
        Err(missing) => {
            thread.acquire_gil();
            Err(missing)
        }
    }
}
