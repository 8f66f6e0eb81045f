//! Wrong: a hundred threads run at once, and the next page waits for all of them.
//! Caught by `all_threads_may_run_at_once`: does one wait for the end of another?

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let mut counts = Vec::new();
    for group in pages.chunks(100) {
        thread::scope(|scope| {
            let count = |page: &String| page.split_whitespace().count();
            let threads: Vec<_> =
                group.iter().map(|page| scope.spawn(move || count(page))).collect();
            counts.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
        });
    }
    counts
}
