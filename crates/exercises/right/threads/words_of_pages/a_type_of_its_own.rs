//! Right: what a thread returns is a type of its own, with the number in it.

use witness::thread;

struct Counted(usize);

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let count =
        |page: String| thread::spawn(move || Counted(page.split_whitespace().count()));
    let threads: Vec<_> = pages.into_iter().map(count).collect();
    let counted = threads.into_iter().map(|thread| thread.join().unwrap());
    counted.map(|Counted(words)| words).collect()
}
