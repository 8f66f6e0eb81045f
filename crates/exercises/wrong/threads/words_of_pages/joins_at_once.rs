//! Wrong: the iterator is lazy, so each thread is joined before the next one is started.
//! Caught by `all_threads_may_run_at_once`: does one wait for the end of another?

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    pages
        .into_iter()
        .map(|page| thread::spawn(move || page.split_whitespace().count()))
        .map(|thread| thread.join().unwrap())
        .collect()
}
