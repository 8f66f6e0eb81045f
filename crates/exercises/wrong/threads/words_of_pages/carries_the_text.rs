//! Wrong: the threads carry the text to and fro, and the caller counts, page after page.
//! Caught by `the_threads_count`: who counts the words?

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let trim = |page: String| thread::spawn(move || page.trim().to_owned());
    let threads: Vec<_> = pages.into_iter().map(trim).collect();
    let pages = threads.into_iter().map(|thread| thread.join().unwrap());
    pages.map(|page| page.split_whitespace().count()).collect()
}
