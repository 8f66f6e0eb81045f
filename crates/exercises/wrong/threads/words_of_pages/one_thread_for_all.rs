//! Wrong: the work has left the caller, but it still happens one page after the other.
//! Caught by `starts_a_thread_for_each_page`: threads for 3 pages

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let count =
        move || pages.iter().map(|page| page.split_whitespace().count()).collect();
    thread::spawn(count).join().unwrap()
}
