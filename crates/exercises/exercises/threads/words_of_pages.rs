//! # Many pages, one thread each
//!
//! Chapter: threads/starting.md
//!
//! A search index needs the number of words of each page. (A word is what stands between white
//! space.) Count them, one thread for each page, and return the numbers in the order of the
//! pages.
//!
//! The constraint: each page is counted in its thread, and all threads may run at once, however
//! many pages there are. None has to wait until another one has ended, and you have joined all
//! of them when you return.

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
    use witness::{explore, for_real, sample, watch};

    /// So many pages, some of which are alike, and how many words each has.
    fn pages(number: usize) -> (Vec<String>, Vec<usize>) {
        let pages = [("two words", 2), ("", 0), ("these are four words", 4), ("one", 1)];
        let pages = pages.into_iter().cycle().take(number);
        pages.map(|(page, words)| (page.to_owned(), words)).unzip()
    }

    fn count(number: usize) -> Vec<usize> {
        count_words(pages(number).0)
    }

    #[test]
    fn counts_in_the_order_of_the_pages() {
        for number in [0, 1, 3] {
            explore(move || {
                assert_eq!(count(number), pages(number).1, "of {number} pages")
            });
        }
        sample(|| assert_eq!(count(10), pages(10).1, "of 10 pages"));
    }

    #[test]
    fn words_stand_between_white_space() {
        let pages = [
            "  two  words ",
            "two\nlines",
            "\ttab\r\n",
            " \n ",
            "wide\u{2003}space",
            "each\u{3000}of\u{85}these\u{a0}is\u{b}one",
            "don't stop: 3.5",
        ];
        explore(move || {
            let counts = count_words(pages.map(String::from).to_vec());
            assert_eq!(counts, [2, 2, 1, 0, 2, 5, 3], "words of {pages:?}");
        });
    }

    #[test]
    fn starts_a_thread_for_each_page() {
        for number in [3, 1, 0] {
            explore(move || {
                let threads = watch(|| count(number)).threads;
                assert_eq!(threads, number, "threads for {number} pages");
            });
        }
        sample(|| assert_eq!(watch(|| count(129)).threads, 129, "threads for 129 pages"));
    }

    #[test]
    fn all_threads_may_run_at_once() {
        let at_once = |number| move || watch(|| count(number)).threads_at_once;
        for (number, seen) in [(3, explore(at_once(3))), (300, sample(at_once(300)))] {
            let most = seen.most(|threads| *threads);
            assert_eq!(
                most, number,
                "threads at once: does one wait for the end of another?"
            );
        }
    }

    #[test]
    fn joins_every_thread() {
        explore(|| {
            let unjoined = watch(|| count(3)).unjoined;
            assert_eq!(unjoined, 0, "threads that nobody has joined");
        });
    }

    #[test]
    fn the_threads_count() {
        explore(|| {
            for returned in watch(|| count(2)).returns {
                let has = |types: &[&str]| {
                    let mut words = returned.split(|c: char| !c.is_alphanumeric());
                    words.any(|word| types.contains(&word))
                };
                assert!(
                    !has(&["String", "str"]) || has(&["usize", "u64", "u32", "i32"]),
                    "a thread returned a {returned}, which is a text and no number: who counts \
                     the words?"
                );
            }
        });
    }

    #[test]
    fn each_page_is_counted_in_its_thread() {
        // So many words that to count them is most of the work.
        let page = "a bc ".repeat(200_000);
        let pages = vec![page.clone(), page];
        let seen = for_real(move || count_words(pages));
        assert_eq!(seen.value, [400_000; 2], "words of two long pages");
        let (threads, locked) = (seen.computed_by_threads, seen.computed_with_locks);
        assert!(
            threads >= locked * 4,
            "of {threads:?} in which the threads have computed, they have held a lock for {locked:?}: \
             who wants it waits until another one has counted"
        );
        let (threads, caller) = (seen.computed_by_threads, seen.computed_by_caller);
        assert!(
            threads >= caller * 4,
            "the threads have computed for {threads:?}, all together, and the caller for {caller:?}: \
             who counts the words?"
        );
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(Vec<String>) -> Vec<usize> = count_words;
}
