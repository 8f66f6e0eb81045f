//! # The worker dies, the task doesn't
//!
//! Chapter: pools/dying.md
//!
//! A worker process counts the words of pages, and you write its keeper: the loop that starts
//! it, gives it work, and deals with its death.
//!
//! * `machine.start()` starts a worker.
//! * `worker.ask(pages)` gives it pages, which it counts one after the other. If all goes
//!   well, it returns `Ok` with a number for each. If the worker dies, it returns `Err(died)`:
//!   in `died.done` are the numbers that had come by then. It died while it counted the page
//!   after those. The pages behind that one only waited.
//!
//! Return one result for each page, in the order of the pages. What a dead worker had not
//! done is given to a new one. For each page you count how many workers have died of it. At
//! three, you give the page up, and its result is `Err(GivenUp)`; all others are still counted.
//! Two pages with the same text are two pages.
//!
//! The constraint: ask each worker once, for all pages that are left, in their order. Start a
//! new one only after one has died, and if there is something left to do. Count no page again
//! that is done.
//!
//! Why: the results themselves say how far we are: what is left begins at `results.len()`. So
//! nothing is lost, and nothing that is done is asked again. Only the first page without a
//! number is blamed for a death. Those behind it have only waited, and when one page is done,
//! the next one begins with no deaths. A keeper that counted its own deaths would give up a
//! page for what others have done; one that never gives up would feed workers to the same page
//! for ever; one that gives up everything, as Python's `ProcessPoolExecutor`, would punish all
//! for one.

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    let mut results = Vec::new();
    // Of the first page that is left.
    let mut deaths = 0;
    while results.len() < pages.len() {
        match machine.start().ask(&pages[results.len()..]) {
            Ok(numbers) => results.extend(numbers.into_iter().map(Ok)),
            Err(Died { done }) => {
                if !done.is_empty() {
                    deaths = 0;
                }
                results.extend(done.into_iter().map(Ok));
                deaths += 1;
                if deaths == TRIES {
                    results.push(Err(GivenUp));
                    deaths = 0;
                }
            }
        }
    }
    results
}

// ---- The checks. Leave them as they are. ----

/// Nobody can count this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp;

/// A worker has died.
pub struct Died {
    /// The numbers that it had sent before, in the order of its pages.
    pub done: Vec<usize>,
}

/// Nobody can ever count it.
const ALL: usize = usize::MAX;

pub use machine::{Machine, Worker};

mod machine {
    use super::Died;

    /// Where workers run. (It is a simulation, without processes: so they always die alike.)
    pub struct Machine {
        /// A text, and how many workers die before one can count it; then the same for the next
        /// page with this text.
        deadly:
            std::cell::RefCell<Vec<(&'static str, std::collections::VecDeque<usize>)>>,
        started: std::cell::Cell<usize>,
        /// What each worker was asked for.
        asked: std::cell::RefCell<Vec<Vec<String>>>,
        /// The pages that were counted, in order.
        counted: std::cell::RefCell<Vec<String>>,
    }

    /// More workers than any of the checks needs.
    const MOST_WORKERS: usize = 40;

    impl Machine {
        pub(super) fn new(deadly: &[(&'static str, &[usize])]) -> Self {
            let deadly = deadly
                .iter()
                .map(|(page, deaths)| (*page, deaths.iter().copied().collect()));
            let deadly = deadly.collect::<Vec<_>>().into();
            Self {
                deadly,
                started: 0.into(),
                asked: Vec::new().into(),
                counted: Vec::new().into(),
            }
        }

        /// How many workers were started.
        pub(super) fn started(&self) -> usize {
            self.started.get()
        }

        /// What each worker was asked for.
        pub(super) fn asked(&self) -> Vec<Vec<String>> {
            self.asked.borrow().clone()
        }

        /// The pages that were counted, in order.
        pub(super) fn counted(&self) -> Vec<String> {
            self.counted.borrow().clone()
        }

        /// Starts a worker.
        pub fn start(&self) -> Worker<'_> {
            let started = self.started.get() + 1;
            assert!(
                started <= MOST_WORKERS,
                "{started} workers are started for a few pages: does it try for ever?"
            );
            self.started.set(started);
            Worker(self)
        }

        /// Whether whoever counts this page dies of it now.
        fn kills(&self, page: &str) -> bool {
            let mut deadly = self.deadly.borrow_mut();
            let Some((_, deaths)) = deadly.iter_mut().find(|(deadly, _)| *deadly == page)
            else {
                return false;
            };
            match deaths.front_mut() {
                None => false,
                Some(0) => {
                    deaths.pop_front();
                    false
                }
                Some(left) => {
                    *left -= 1;
                    true
                }
            }
        }
    }

    /// A worker. It can be asked once.
    pub struct Worker<'m>(&'m Machine);

    impl Worker<'_> {
        /// Counts the words of the pages.
        pub fn ask(self, pages: &[&str]) -> Result<Vec<usize>, Died> {
            self.0
                .asked
                .borrow_mut()
                .push(pages.iter().map(ToString::to_string).collect());
            let mut done = Vec::new();
            for page in pages {
                if self.0.kills(page) {
                    return Err(Died { done });
                }
                self.0.counted.borrow_mut().push((*page).to_string());
                done.push(page.split_whitespace().count());
            }
            Ok(done)
        }
    }
}

fn main() {
    let machine = Machine::new(&[("a bad day", &[1]), ("poison", &[ALL])]);
    let pages = ["to be", "a bad day", "or not", "poison", "to be or not to be"];
    println!("{:?}", keep(&machine, &pages));
    println!("{} workers", machine.started());
}

#[cfg(test)]
mod checks {
    use super::*;

    /// One of them has no words, and two are alike.
    const PAGES: [&str; 6] =
        ["one", "two words", "", "three words more", "two words", "last"];

    #[test]
    fn counts_when_nobody_dies() {
        let machine = Machine::new(&[]);
        assert_eq!(keep(&machine, &PAGES), [Ok(1), Ok(2), Ok(0), Ok(3), Ok(2), Ok(1)]);
        assert_eq!(machine.started(), 1, "workers, for six harmless pages");
        for pages in [&["one"][..], &[""], &["two words", "two words"]] {
            let machine = Machine::new(&[]);
            let counted = pages.iter().map(|page| Ok(page.split_whitespace().count()));
            assert_eq!(keep(&machine, pages), counted.collect::<Vec<_>>(), "{pages:?}");
            assert_eq!(machine.started(), 1, "workers, for {pages:?}");
        }
    }

    #[test]
    fn starts_nobody_for_nothing() {
        let machine = Machine::new(&[]);
        assert_eq!(keep(&machine, &[]), []);
        assert_eq!(machine.started(), 0, "workers, for no pages at all");
    }

    #[test]
    fn asks_again_for_what_was_lost() {
        for page in PAGES {
            for deaths in [1, 2] {
                let machine = Machine::new(&[(page, &[deaths])]);
                assert_eq!(
                    keep(&machine, &PAGES),
                    [Ok(1), Ok(2), Ok(0), Ok(3), Ok(2), Ok(1)],
                    "so many workers have died of {page:?}: {deaths}; the next one can count it"
                );
            }
        }
    }

    #[test]
    fn counts_no_page_twice() {
        let machine = Machine::new(&[("two words", &[1, 2]), ("last", &[1])]);
        keep(&machine, &PAGES);
        let counted = machine.counted();
        assert_eq!(counted, PAGES, "what was counted, in the order in which it was");
    }

    #[test]
    fn asks_for_all_that_is_left() {
        let machine = Machine::new(&[("", &[ALL]), ("two words", &[1, 2])]);
        keep(&machine, &PAGES);
        let left = [0, 1, 2, 2, 3, 4, 4].map(|first| &PAGES[first..]);
        assert_eq!(machine.asked(), left, "what each worker was asked for (left)");
    }

    #[test]
    fn starts_a_worker_only_after_a_death() {
        let machine = Machine::new(&[("one", &[1]), ("two words", &[1])]);
        keep(&machine, &PAGES);
        assert_eq!(machine.started(), 3, "workers, of which two have died");
        let machine = Machine::new(&[("three words more", &[2]), ("two words", &[0, 2])]);
        keep(&machine, &PAGES);
        assert_eq!(machine.started(), 5, "workers, of which four have died");
    }

    #[test]
    fn gives_up_a_page_after_three_deaths() {
        for deaths in [ALL, 3] {
            let machine = Machine::new(&[("three words more", &[deaths])]);
            assert_eq!(
                keep(&machine, &PAGES),
                [Ok(1), Ok(2), Ok(0), Err(GivenUp), Ok(2), Ok(1)],
                "the fourth page kills every worker"
            );
            assert_eq!(machine.started(), 4, "workers, of which three have died");
        }
    }

    #[test]
    fn starts_nobody_after_the_last_page_is_given_up() {
        let machine = Machine::new(&[("last", &[ALL])]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Ok(2), Ok(0), Ok(3), Ok(2), Err(GivenUp)],
            "the last page kills every worker"
        );
        assert_eq!(machine.started(), 3, "workers, of which all three have died");
        let machine = Machine::new(&[("alone", &[ALL])]);
        assert_eq!(
            keep(&machine, &["alone"]),
            [Err(GivenUp)],
            "the only page kills them all"
        );
        assert_eq!(machine.started(), 3, "workers, of which all three have died");
    }

    #[test]
    fn counts_the_deaths_of_each_page() {
        let machine = Machine::new(&[("one", &[2]), ("two words", &[2]), ("last", &[2])]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Ok(2), Ok(0), Ok(3), Ok(2), Ok(1)],
            "six workers have died, but no more than two of the same page"
        );
    }

    #[test]
    fn pages_with_the_same_text_are_two() {
        let pages = ["twin", "twin", "other words", "twin"];
        for (deaths, expected, workers) in [
            (&[2, 2, 2][..], [Ok(1), Ok(1), Ok(2), Ok(1)], 7),
            (&[1, 2, 0], [Ok(1), Ok(1), Ok(2), Ok(1)], 4),
            // The first is given up; of what is left of its five, the second dies.
            (&[5, 1], [Err(GivenUp), Ok(1), Ok(2), Ok(1)], 7),
            (&[0, 3], [Ok(1), Err(GivenUp), Ok(2), Ok(1)], 4),
            (&[ALL], [Err(GivenUp), Err(GivenUp), Ok(2), Err(GivenUp)], 9),
        ] {
            let machine = Machine::new(&[("twin", deaths)]);
            assert_eq!(
                keep(&machine, &pages),
                expected,
                "three of four pages are alike; before one could be counted, so many workers \
                 died, again and again: {deaths:?}"
            );
            assert_eq!(
                machine.started(),
                workers,
                "workers, when so many die: {deaths:?}"
            );
        }
    }

    #[test]
    fn gives_up_two_in_a_row() {
        let machine = Machine::new(&[("", &[ALL]), ("three words more", &[ALL])]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Ok(2), Err(GivenUp), Err(GivenUp), Ok(2), Ok(1)]
        );
        assert_eq!(machine.started(), 7, "workers: three for each of the two, one more");
    }

    // What it takes and returns: nothing else can stand in for these.
    type Keep = fn(&Machine, &[&str]) -> Vec<Result<usize, GivenUp>>;
    const _: Keep = keep;
}
