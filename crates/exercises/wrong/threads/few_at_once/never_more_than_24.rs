//! Wrong: it never has more than 24 threads, whatever the site allows.
//! Caught by `as_many_as_allowed`: may so many wait at once?

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicUsize, Ordering};
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let fetched = Mutex::new(vec![String::new(); pages]);
    thread::scope(|scope| {
        for _ in 0..at_once.min(24) {
            scope.spawn(|| {
                loop {
                    let page = next.fetch_add(1, Ordering::SeqCst);
                    if page >= pages {
                        break;
                    }
                    let text = site.get(page);
                    fetched.lock().unwrap()[page] = text;
                }
            });
        }
    });
    fetched.into_inner().unwrap()
}
