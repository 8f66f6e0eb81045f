//! Wrong: the caller counts, and the threads only return what it has found.
//! Caught by `each_page_is_counted_in_its_thread`: who counts the words

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let counts: Vec<_> =
        pages.iter().map(|page| page.split_whitespace().count()).collect();
    let threads: Vec<_> =
        counts.into_iter().map(|count| thread::spawn(move || count)).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}
