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
//! Return one result for each page, in the order of the pages. What a dead worker had not done
//! is asked again of a new one. Deaths are counted for each page: one that three workers have
//! died of is given up. Its result is `Err(GivenUp)`, and it alone.
//!
//! The constraint: ask each worker once, for all pages that are left. Start a new one only
//! after one has died, and if there is something left to do. Count no page again that is done.

/// How many workers may die of a page.
const TRIES: usize = 3;

pub fn keep(machine: &Machine, pages: &[&str]) -> Vec<Result<usize, GivenUp>> {
    // TODO: This one asks again for what is done already, and it never gives up.
    loop {
        match machine.start().ask(pages) {
            Ok(numbers) => return numbers.into_iter().map(Ok).collect(),
            Err(died) => println!("it died after {} pages", died.done.len()),
        }
    }
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

/// Where workers run. (It is a simulation, without processes: so they always die alike.)
pub struct Machine {
    /// How many workers a page still kills.
    deadly: std::cell::RefCell<Vec<(String, usize)>>,
    started: std::cell::Cell<usize>,
    /// The pages that were counted, in order.
    counted: std::cell::RefCell<Vec<String>>,
}

/// More workers than any of the checks needs.
const MOST_WORKERS: usize = 20;

impl Machine {
    fn new(deadly: &[(&str, usize)]) -> Self {
        let deadly = deadly.iter().map(|(page, times)| ((*page).to_string(), *times));
        let deadly = deadly.collect::<Vec<_>>().into();
        Self { deadly, started: 0.into(), counted: Vec::new().into() }
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
        match deadly.iter_mut().find(|(deadly, times)| deadly == page && *times > 0) {
            Some((_, times)) => {
                *times -= 1;
                true
            }
            None => false,
        }
    }
}

/// A worker. It can be asked once.
pub struct Worker<'m>(&'m Machine);

impl Worker<'_> {
    /// Counts the words of the pages.
    pub fn ask(self, pages: &[&str]) -> Result<Vec<usize>, Died> {
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

fn main() {
    let machine = Machine::new(&[("a bad day", 1), ("poison", usize::MAX)]);
    let pages = ["to be", "a bad day", "or not", "poison", "to be or not to be"];
    println!("{:?}", keep(&machine, &pages));
    println!("{} workers", machine.started.get());
}

#[cfg(test)]
mod checks {
    use super::*;

    const PAGES: [&str; 4] = ["one", "two words", "three words more", "and four of them"];

    #[test]
    fn counts_when_nobody_dies() {
        let machine = Machine::new(&[]);
        assert_eq!(keep(&machine, &PAGES), [Ok(1), Ok(2), Ok(3), Ok(4)]);
        assert_eq!(machine.started.get(), 1, "workers, for four harmless pages");
    }

    #[test]
    fn starts_nobody_for_nothing() {
        let machine = Machine::new(&[]);
        assert_eq!(keep(&machine, &[]), []);
        assert_eq!(machine.started.get(), 0, "workers, for no pages at all");
    }

    #[test]
    fn asks_again_for_what_was_lost() {
        let machine = Machine::new(&[("two words", 2)]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Ok(2), Ok(3), Ok(4)],
            "two workers have died of the second page, the third one can count it"
        );
    }

    #[test]
    fn counts_no_page_twice() {
        let machine = Machine::new(&[("two words", 1), ("and four of them", 1)]);
        keep(&machine, &PAGES);
        let counted = machine.counted.borrow();
        assert_eq!(*counted, PAGES, "what was counted, in the order in which it was");
    }

    #[test]
    fn starts_a_worker_only_after_a_death() {
        let machine = Machine::new(&[("one", 1), ("two words", 1)]);
        keep(&machine, &PAGES);
        assert_eq!(machine.started.get(), 3, "workers, of which two have died");
    }

    #[test]
    fn gives_up_a_page_after_three_deaths() {
        let machine = Machine::new(&[("two words", usize::MAX)]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Err(GivenUp), Ok(3), Ok(4)],
            "the second page kills every worker"
        );
        assert_eq!(machine.started.get(), 4, "workers, of which three have died");
    }

    #[test]
    fn starts_nobody_after_the_last_page_is_given_up() {
        let machine = Machine::new(&[("and four of them", usize::MAX)]);
        assert_eq!(keep(&machine, &PAGES), [Ok(1), Ok(2), Ok(3), Err(GivenUp)]);
        assert_eq!(machine.started.get(), 3, "workers, of which all three have died");
    }

    #[test]
    fn counts_the_deaths_of_each_page() {
        let machine =
            Machine::new(&[("one", 2), ("two words", 2), ("and four of them", 2)]);
        assert_eq!(
            keep(&machine, &PAGES),
            [Ok(1), Ok(2), Ok(3), Ok(4)],
            "six workers have died, but no more than two of the same page"
        );
    }

    #[test]
    fn gives_up_two_in_a_row() {
        let deadly = [("two words", usize::MAX), ("three words more", usize::MAX)];
        let machine = Machine::new(&deadly);
        assert_eq!(keep(&machine, &PAGES), [Ok(1), Err(GivenUp), Err(GivenUp), Ok(4)]);
        assert_eq!(
            machine.started.get(),
            7,
            "workers: three for each of the two, one more"
        );
    }
}
