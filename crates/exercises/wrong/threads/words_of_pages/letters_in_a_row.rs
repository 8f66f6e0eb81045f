//! Wrong: each group of letters or digits is a word, so `don't` is two.
//! Caught by `words_stand_between_white_space`: words of

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let words = |page: String| {
        let groups = page.split(|letter: char| !letter.is_alphanumeric());
        groups.filter(|group| !group.is_empty()).count()
    };
    let threads: Vec<_> =
        pages.into_iter().map(|page| thread::spawn(move || words(page))).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}
