//! Wrong: it knows the white space of English typewriters, and takes any other for a letter.
//! Caught by `words_stand_between_white_space`: words of

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let count =
        |page: String| thread::spawn(move || page.split_ascii_whitespace().count());
    let threads: Vec<_> = pages.into_iter().map(count).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}
