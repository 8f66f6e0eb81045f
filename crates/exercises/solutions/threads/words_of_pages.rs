//! # Many pages, one thread each
//!
//! Chapter: threads/starting.md
//!
//! Why: an iterator does nothing until somebody asks for its items. With one chain of two
//! `map`s, the first thread would be joined before the second was started. So the handles
//! are collected first: then all threads run, and only then does the caller begin to wait.
//! `join` also hands over what a thread returned, in the order in which we ask. It doesn't
//! matter which thread ends first.

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let threads: Vec<_> = pages
        .into_iter()
        .map(|page| thread::spawn(move || page.split_whitespace().count()))
        .collect();
    threads
        .into_iter()
        .map(|thread| thread.join().expect("counting doesn't panic"))
        .collect()
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let pages = ["to be or not to be", "that is the question", ""];
    println!("{:?}", count_words(pages.map(String::from).to_vec()));
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, watch};

    const PAGES: [&str; 3] = ["one", "two words", "three words more"];

    fn count() -> Vec<usize> {
        count_words(PAGES.map(String::from).to_vec())
    }

    #[test]
    fn counts_in_the_order_of_the_pages() {
        explore(|| assert_eq!(count(), [1, 2, 3]));
    }

    #[test]
    fn starts_a_thread_for_each_page() {
        let seen = explore(|| watch(count).threads);
        assert_eq!(seen.most(|threads| *threads), 3, "threads for three pages");
    }

    #[test]
    fn all_threads_may_run_at_once() {
        let seen = explore(|| watch(count).threads_at_once);
        let most = seen.most(|threads| *threads);
        assert_eq!(most, 3, "threads at once: does one wait for the end of another?");
    }

    #[test]
    fn joins_every_thread() {
        explore(|| {
            assert_eq!(watch(count).unjoined, 0, "threads that nobody has joined")
        });
    }
}
