//! Wrong: two at once, whatever the site allows.
//! Caught by `never_more_than_allowed`: 2 visitors at once; the site allows 1
//! Caught by `as_many_as_allowed`: may so many wait at once?
//! Caught by `a_slow_page_holds_up_nobody`: Does one of these wait for a slow one?

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let fetched = Mutex::new(vec![String::new(); pages]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let page = next.fetch_add(1, SeqCst);
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
