//! Wrong: each thread holds the lock of the results while it counts.
//! Caught by `each_page_is_counted_in_its_thread`: they have held a lock for

use witness::sync::{Arc, Mutex};
use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let counts = Arc::new(Mutex::new(vec![0; pages.len()]));
    let handles: Vec<_> = pages
        .into_iter()
        .enumerate()
        .map(|(number, page)| {
            let counts = Arc::clone(&counts);
            thread::spawn(move || {
                let mut counts = counts.lock().unwrap();
                counts[number] = page.split_whitespace().count();
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
    let counts = counts.lock().unwrap();
    counts.clone()
}
