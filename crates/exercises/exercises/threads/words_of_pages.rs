//! # Many pages, one thread each
//!
//! Chapter: threads/starting.md
//!
//! A search index needs the number of words of each page. Count them, one thread for each
//! page, and return the numbers in the order of the pages.
//!
//! The constraint: all threads may run at once. None has to wait until another one has
//! ended, and all of them have ended when you return.

use witness::thread;

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    // TODO: One thread for each page, all of them at once.
    pages.iter().map(|page| page.split_whitespace().count()).collect()
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
