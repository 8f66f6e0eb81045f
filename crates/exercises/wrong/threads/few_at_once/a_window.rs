//! Wrong: nobody may be further than `4 * at_once` pages ahead of the oldest that is missing, so
//! with many pages a slow one holds up all.
//! Caught by `a_slow_page_holds_up_nobody`: deadlock: nobody can go on.

use std::collections::VecDeque;

use witness::sync::{Condvar, Mutex};
use witness::thread;

struct Window {
    next: usize,
    done: Vec<String>,
    ahead: VecDeque<Option<String>>,
}

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let room = 4 * at_once;
    let window = Mutex::new(Window { next: 0, done: Vec::new(), ahead: VecDeque::new() });
    let moved = Condvar::new();
    let fetch = || {
        loop {
            let mut w = window.lock().unwrap();
            while w.next < pages && w.next >= w.done.len() + room {
                w = moved.wait(w).unwrap();
            }
            if w.next >= pages {
                return;
            }
            let page = w.next;
            w.next += 1;
            w.ahead.push_back(None);
            drop(w);
            let text = site.get(page);
            let mut w = window.lock().unwrap();
            let place = page - w.done.len();
            w.ahead[place] = Some(text);
            while let Some(Some(_)) = w.ahead.front() {
                let text = w.ahead.pop_front().unwrap().unwrap();
                w.done.push(text);
            }
            moved.notify_all();
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once.min(pages) {
            scope.spawn(fetch);
        }
    });
    window.into_inner().unwrap().done
}
