//! Wrong: no more than 256 threads at once.
//! Caught by `all_threads_may_run_at_once`: does one wait for the end of another

use witness::thread;

const MAX_THREADS: usize = 256;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let mut counts = Vec::with_capacity(pages.len());
    for batch in pages.chunks(MAX_THREADS) {
        let handles: Vec<_> = batch
            .iter()
            .cloned()
            .map(|page| thread::spawn(move || page.split_whitespace().count()))
            .collect();
        counts.extend(handles.into_iter().map(|handle| handle.join().unwrap()));
    }
    counts
}
