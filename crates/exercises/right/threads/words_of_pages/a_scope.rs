//! Right: threads of a scope borrow the pages, and write into places that are theirs.

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let mut counts = vec![0; pages.len()];
    thread::scope(|scope| {
        for (page, count) in pages.iter().zip(&mut counts) {
            scope.spawn(move || *count = page.split_whitespace().count());
        }
    });
    counts
}
