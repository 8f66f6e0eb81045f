//! # Wait without the lock
//!
//! Chapter: gil/letting-go.md
//!
//! An interpreter has a GIL, and you write one of its native functions. Bytecode calls
//! `fetch(thread, site, url, pages)`: it reads the address in the object `url`, waits for
//! that page, and appends it to the list `pages`.
//!
//! * `thread.release_gil()` lets the lock go, `thread.acquire_gil()` takes it.
//! * `url.read(thread)` and `pages.append(thread, page)` touch objects. For that, the thread
//!   has to have the GIL.
//! * `site.get(thread, address)` waits for a page. It touches no objects. If there is no such
//!   page, it returns `Err(Missing)`, and so should you. Ask once for each page.
//!
//! The constraint: the thread has the GIL when bytecode calls you, and it has it when you
//! return, whatever happened. It doesn't have it while it waits for the site.
//!
//! Why: what touches objects stands outside of the two calls, and between them is only the
//! wait. So the address is read into a `String` of our own first: as an argument of `get` it
//! would be read after the lock is gone. The result of `get` is kept as it is, and the `?`
//! comes after `acquire_gil`. Otherwise an error would return to the bytecode without the
//! lock, and nothing would seem wrong until two threads are at the same object.
//!
//! (In C, `Py_BEGIN_ALLOW_THREADS` and `Py_END_ALLOW_THREADS` are such a pair, and open and
//! close a block. In Rust, a guard that takes the lock in its `drop` is as good, or a function
//! that takes a closure.)

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    let address = url.read(thread);
    thread.release_gil();
    let page = site.get(thread, &address);
    thread.acquire_gil();
    pages.append(thread, page?);
    Ok(())
}

// ---- The checks. Leave them as they are. ----

/// A thread of the interpreter.
pub struct Thread<'i> {
    gil: &'i witness::sync::Mutex<()>,
    held: std::cell::RefCell<Option<witness::sync::MutexGuard<'i, ()>>>,
}

impl<'i> Thread<'i> {
    fn new(gil: &'i witness::sync::Mutex<()>) -> Self {
        Self { gil, held: None.into() }
    }

    /// Waits until nobody has the GIL, and takes it.
    #[track_caller]
    pub fn acquire_gil(&self) {
        assert!(
            !self.has_gil(),
            "line {}: a thread takes the GIL, but it has it already: it would wait for itself",
            line()
        );
        let guard = self.gil.lock().expect("nobody has panicked with the GIL");
        self.held.replace(Some(guard));
    }

    /// Lets the GIL go.
    #[track_caller]
    pub fn release_gil(&self) {
        let guard = self.held.take();
        assert!(
            guard.is_some(),
            "line {}: a thread lets the GIL go, but it doesn't have it",
            line()
        );
    }

    pub fn has_gil(&self) -> bool {
        self.held.borrow().is_some()
    }
}

/// The line of whoever calls.
#[track_caller]
fn line() -> u32 {
    std::panic::Location::caller().line()
}

pub use objects::{List, Text};

#[allow(clippy::disallowed_types)]
mod objects {
    use super::{Thread, line};

    /// An object: a text.
    pub struct Text(&'static str);

    impl Text {
        pub(super) fn new(text: &'static str) -> Self {
            Self(text)
        }

        /// What it says. The thread has to have the GIL.
        #[track_caller]
        pub fn read(&self, thread: &Thread) -> String {
            assert!(
                thread.has_gil(),
                "a thread reads an object, but it doesn't have the GIL"
            );
            self.0.into()
        }
    }

    /// An object: a list.
    #[derive(Default)]
    pub struct List(std::sync::Mutex<Vec<String>>);

    impl List {
        /// Appends `item`. The thread has to have the GIL.
        #[track_caller]
        pub fn append(&self, thread: &Thread, item: String) {
            assert!(
                thread.has_gil(),
                "line {}: a thread changes an object, but it doesn't have the GIL",
                line()
            );
            self.0.lock().unwrap().push(item);
        }

        /// What is in it, sorted.
        pub(super) fn sorted(self) -> Vec<String> {
            let mut items = self.0.into_inner().unwrap();
            items.sort();
            items
        }
    }
}

/// There is no such page.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing;

/// A site that is slow.
pub struct Site {
    missing: &'static [&'static str],
    asked: witness::Gauge,
    /// Nobody gets a page before so many wait for one.
    slow: usize,
    wait: witness::Events,
    waiting_with_gil: witness::Gauge,
}

impl Site {
    /// A site without these pages.
    fn without(missing: &'static [&'static str]) -> Self {
        Self {
            missing,
            asked: witness::Gauge::new(),
            slow: 0,
            wait: witness::Events::new("threads that ask the site"),
            waiting_with_gil: witness::Gauge::new(),
        }
    }

    /// Waits for a page. It wants to know which thread waits, so that the checks can say
    /// whether that one has the GIL.
    #[track_caller]
    pub fn get(&self, thread: &Thread, address: &str) -> Result<String, Missing> {
        let _with_gil = thread.has_gil().then(|| self.waiting_with_gil.enter());
        let _asked = self.asked.enter();
        if self.slow > 0 {
            self.wait.advance();
            self.wait.wait_for(self.slow);
        }
        let found = !self.missing.contains(&address);
        if found { Ok(format!("page {address}")) } else { Err(Missing) }
    }
}

/// What some threads did.
struct Outcome {
    results: Vec<Result<(), Missing>>,
    /// Whether they had the GIL when `fetch` returned.
    returned_with_gil: Vec<bool>,
    pages: Vec<String>,
    asked: usize,
    waited_with_gil: usize,
}

/// For each address, a thread runs bytecode that fetches the page there.
fn fetch_all(addresses: &[&'static str], site: &Site) -> Outcome {
    let (gil, pages) = (witness::sync::Mutex::new(()), List::default());
    let bytecode = |address| {
        let thread = Thread::new(&gil);
        thread.acquire_gil();
        let result = fetch(&thread, site, &Text::new(address), &pages);
        (result, thread.has_gil())
    };
    let bytecode = &bytecode;
    let ended: Vec<_> = witness::thread::scope(|scope| {
        let threads = addresses.iter().map(|address| scope.spawn(|| bytecode(*address)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let ended = ended.into_iter().map(|ended| ended.expect("fetch doesn't panic"));
    let (results, returned_with_gil) = ended.unzip();
    Outcome {
        results,
        returned_with_gil,
        pages: pages.sorted(),
        asked: site.asked.entered(),
        waited_with_gil: site.waiting_with_gil.entered(),
    }
}

fn main() {
    let outcome =
        witness::for_real(|| fetch_all(&["/threads", "/processes"], &Site::without(&[])));
    println!("the list: {:?}", outcome.value.pages);
    println!("{} of 2 threads waited with the GIL", outcome.value.waited_with_gil);
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use witness::{explore, sample, sample_or_explain};

    /// The pages of one, two and three threads, and those that the site doesn't have.
    const CASES: [(&[&str], &[&str]); 7] = [
        (&["/a"], &[]),
        (&["/missing"], &[]),
        (&["/a"], &["/a"]),
        (&["/a", "/b"], &[]),
        (&["/b", "/a"], &["/a"]),
        (&["/c", "/c"], &["/c"]),
        (&["/a", "/none", "/a"], &["/none"]),
    ];

    /// What `check` says of each case, under many schedules.
    fn in_all_cases(check: fn(&[&'static str], &[&'static str], Outcome)) {
        for (addresses, missing) in CASES {
            let run = move || {
                let outcome = fetch_all(addresses, &Site::without(missing));
                check(addresses, missing, outcome);
            };
            // Of three threads, there are too many schedules to try them all.
            if addresses.len() < 3 {
                explore(run)
            } else {
                sample(run)
            };
        }
    }

    #[test]
    fn waits_without_the_gil() {
        in_all_cases(|_, _, outcome| {
            assert_eq!(
                outcome.waited_with_gil, 0,
                "threads that have waited for the site with the GIL: meanwhile nobody else \
                 could run bytecode"
            );
        });
    }

    #[test]
    fn all_wait_at_once() {
        for threads in [2, 3] {
            let no_end = "nobody gets a page from the site before all threads have asked for \
                          theirs. Why do some not ask? Does one of them wait with the GIL?";
            sample_or_explain(no_end, move || {
                let site = Site { slow: threads, ..Site::without(&[]) };
                fetch_all(&["/a", "/b", "/c"][..threads], &site).results
            });
        }
    }

    #[test]
    fn appends_all_pages() {
        in_all_cases(|addresses, missing, outcome| {
            let there = addresses.iter().filter(|address| !missing.contains(address));
            let mut pages: Vec<_> =
                there.map(|address| format!("page {address}")).collect();
            pages.sort();
            assert_eq!(
                outcome.pages, pages,
                "what is in the list (left) after {addresses:?}, sorted; the site doesn't have \
                 {missing:?}"
            );
            assert_eq!(
                outcome.asked,
                addresses.len(),
                "how often the site was asked (left) for {} pages",
                addresses.len()
            );
        });
    }

    #[test]
    fn returns_with_the_gil() {
        in_all_cases(|addresses, missing, outcome| {
            let returned = outcome.returned_with_gil.iter().zip(addresses);
            for (with_gil, address) in
                returned.filter(|(_, address)| !missing.contains(address))
            {
                assert!(
                    with_gil,
                    "`fetch` has returned to the bytecode without the GIL; it fetched {address}"
                );
            }
        });
    }

    #[test]
    fn returns_with_the_gil_when_there_is_no_page() {
        in_all_cases(|addresses, missing, outcome| {
            let ended = outcome.results.iter().zip(outcome.returned_with_gil);
            for ((result, with_gil), address) in ended.zip(addresses) {
                let expected =
                    if missing.contains(address) { Err(Missing) } else { Ok(()) };
                assert_eq!(*result, expected, "what `fetch` has returned for {address}");
                assert!(
                    with_gil,
                    "`fetch` has returned {result:?} to the bytecode without the GIL"
                );
            }
        });
    }
}
