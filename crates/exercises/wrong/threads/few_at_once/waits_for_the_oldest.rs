//! Wrong: when all places are taken, it waits for the thread that was started first. That one may
//! have the slow page.
//! Caught by `a_slow_page_holds_up_nobody`: Does one of these wait for a slow one?

use std::collections::VecDeque;

use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let mut fetched = Vec::new();
    thread::scope(|scope| {
        let mut threads = VecDeque::new();
        for page in 0..pages {
            if threads.len() == at_once {
                let oldest: thread::ScopedJoinHandle<'_, _> =
                    threads.pop_front().unwrap();
                fetched.push(oldest.join().unwrap());
            }
            threads.push_back(scope.spawn(move || site.get(page)));
        }
        fetched.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
    });
    fetched
}
