//! Wrong: a thread for each page, and nobody counts the visitors.
//! Caught by `never_more_than_allowed`: 3 visitors at once; the site allows 2

use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, _at_once: usize) -> Vec<String> {
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..pages).map(|page| scope.spawn(move || site.get(page))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
