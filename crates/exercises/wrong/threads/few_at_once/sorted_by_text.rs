//! Wrong: the pages are put in order by what the site has answered, the shorter text first, and not
//! by their numbers.
//! Caught by `pages_come_in_their_order`: pages,

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let fetched = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let page = next.fetch_add(1, SeqCst);
                    if page >= pages {
                        break;
                    }
                    let text = site.get(page);
                    fetched.lock().unwrap().push(text);
                }
            });
        }
    });
    let mut fetched = fetched.into_inner().unwrap();
    fetched.sort_by_key(|text| (text.len(), text.clone()));
    fetched
}
