//! Wrong: threads that take the next page, as they should, but hold the lock on the counter
//! while they wait for the site. So one waits at a time.
//! Caught by `as_many_as_allowed`: may so many wait at once?

use witness::sync::Mutex;
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let fetched = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let mut fetched = fetched.lock().unwrap();
                    if fetched.len() >= pages {
                        return;
                    }
                    let page = site.get(fetched.len());
                    fetched.push(page);
                }
            });
        }
    });
    fetched.into_inner().unwrap()
}
