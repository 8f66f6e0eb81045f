//! Right: a guard takes the lock again when it is dropped, whatever happened before.

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

struct Without<'t, 'i>(&'t Thread<'i>);

impl<'t, 'i> Without<'t, 'i> {
    fn gil(thread: &'t Thread<'i>) -> Self {
        thread.release_gil();
        Self(thread)
    }
}

impl Drop for Without<'_, '_> {
    fn drop(&mut self) {
        self.0.acquire_gil();
    }
}

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    let address = url.read(thread);
    let page = {
        let _without = Without::gil(thread);
        site.get(thread, &address)?
    };
    pages.append(thread, page);
    Ok(())
}
