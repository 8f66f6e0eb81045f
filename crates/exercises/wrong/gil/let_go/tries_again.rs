//! Wrong: it asks the site first whether there is such a page, and then for the page. That is two
//! waits, and the page may be gone in between.
//! Caught by `appends_all_pages`: how often the site was asked

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
    let there = site.get(thread, &address).is_ok();
    let page = if there { site.get(thread, &address) } else { Err(Missing) };
    thread.acquire_gil();
    pages.append(thread, page?);
    Ok(())
}
