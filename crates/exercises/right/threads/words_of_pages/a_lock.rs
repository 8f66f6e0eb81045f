//! Right: the counts lie behind a lock, and the pages are shared.

use witness::sync::{Arc, Mutex};
use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let (pages, counts) = (Arc::new(pages), Arc::new(Mutex::new(Vec::new())));
    let mut threads = Vec::new();
    for number in 0..pages.len() {
        let (pages, counts) = (Arc::clone(&pages), Arc::clone(&counts));
        threads.push(thread::spawn(move || {
            let count = pages[number].split_whitespace().count();
            counts.lock().unwrap().push((number, count));
        }));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let mut counts = counts.lock().unwrap().clone();
    counts.sort();
    counts.into_iter().map(|(_, count)| count).collect()
}
