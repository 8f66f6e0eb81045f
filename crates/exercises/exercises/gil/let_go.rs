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
//!   page, it returns `Err(Missing)`, and so should you.
//!
//! The constraint: the thread has the GIL when bytecode calls you, and it has it when you
//! return, whatever happened. It doesn't have it while it waits for the site.

use witness::sync::{Mutex, MutexGuard};
use witness::{Gauge, thread};

pub fn fetch(
    thread: &Thread,
    site: &Site,
    url: &Text,
    pages: &List,
) -> Result<(), Missing> {
    // TODO: Let the GIL go while you wait for the page.
    let page = site.get(thread, &url.read(thread))?;
    pages.append(thread, page);
    Ok(())
}

// ---- The checks. Leave them as they are. ----

/// A thread of the interpreter.
pub struct Thread<'i> {
    gil: &'i Mutex<()>,
    held: std::cell::RefCell<Option<MutexGuard<'i, ()>>>,
}

impl<'i> Thread<'i> {
    fn new(gil: &'i Mutex<()>) -> Self {
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

/// An object: a text.
pub struct Text(&'static str);

impl Text {
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
#[allow(clippy::disallowed_types)]
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
}

/// There is no such page.
#[derive(Debug, PartialEq, Eq)]
pub struct Missing;

/// A site that is slow.
#[derive(Default)]
pub struct Site {
    waiting: Gauge,
    waiting_with_gil: Gauge,
}

impl Site {
    /// Waits for a page. It wants to know which thread waits, so that the checks can say
    /// whether that one has the GIL.
    pub fn get(&self, thread: &Thread, address: &str) -> Result<String, Missing> {
        let _waiting = self.waiting.enter();
        let _with_gil = thread.has_gil().then(|| self.waiting_with_gil.enter());
        if address == "/missing" { Err(Missing) } else { Ok(format!("page {address}")) }
    }
}

/// What two threads did.
struct Outcome {
    results: [Result<(), Missing>; 2],
    /// Whether they had the GIL when `fetch` returned.
    returned_with_gil: [bool; 2],
    pages: Vec<String>,
    waiting_at_once: usize,
    waited_with_gil: usize,
}

/// Two threads run bytecode that fetches a page each.
fn two_threads(addresses: [&'static str; 2]) -> Outcome {
    let (gil, site, pages) = (Mutex::new(()), Site::default(), List::default());
    let bytecode = |address| {
        let thread = Thread::new(&gil);
        thread.acquire_gil();
        let result = fetch(&thread, &site, &Text(address), &pages);
        (result, thread.has_gil())
    };
    let ended = thread::scope(|scope| {
        let threads = addresses.map(|address| scope.spawn(move || bytecode(address)));
        threads.map(|thread| thread.join())
    });
    let [first, second] = ended.map(|ended| ended.expect("fetch doesn't panic"));
    let mut pages = pages.0.into_inner().unwrap();
    pages.sort();
    Outcome {
        results: [first.0, second.0],
        returned_with_gil: [first.1, second.1],
        pages,
        waiting_at_once: site.waiting.most(),
        waited_with_gil: site.waiting_with_gil.entered(),
    }
}

fn main() {
    let outcome = witness::for_real(|| two_threads(["/threads", "/processes"])).value;
    println!("the list: {:?}", outcome.pages);
    println!("{} of 2 threads waited with the GIL", outcome.waited_with_gil);
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use witness::explore;

    const ADDRESSES: [&str; 2] = ["/a", "/b"];

    #[test]
    fn waits_without_the_gil() {
        explore(|| {
            assert_eq!(
                two_threads(ADDRESSES).waited_with_gil,
                0,
                "threads that have waited for the site with the GIL: meanwhile nobody else \
                 could run bytecode"
            );
        });
    }

    #[test]
    fn both_wait_at_once() {
        let explored = explore(|| two_threads(ADDRESSES).waiting_at_once);
        let most = explored.most(|at_once| *at_once);
        assert_eq!(most, 2, "threads that wait for the site at once, in any schedule");
    }

    #[test]
    fn appends_both_pages() {
        explore(|| {
            let outcome = two_threads(ADDRESSES);
            assert_eq!(outcome.results, [Ok(()), Ok(())]);
            assert_eq!(outcome.pages, ["page /a", "page /b"], "what is in the list");
        });
    }

    #[test]
    fn returns_with_the_gil() {
        explore(|| {
            assert_eq!(
                two_threads(ADDRESSES).returned_with_gil,
                [true, true],
                "whether the threads had the GIL when `fetch` returned to the bytecode"
            );
        });
    }

    #[test]
    fn returns_with_the_gil_when_there_is_no_page() {
        explore(|| {
            let outcome = two_threads(["/a", "/missing"]);
            assert_eq!(outcome.results, [Ok(()), Err(Missing)]);
            assert_eq!(
                outcome.returned_with_gil,
                [true, true],
                "whether the threads had the GIL when `fetch` returned to the bytecode; \
                 the second one got an error"
            );
            assert_eq!(outcome.pages, ["page /a"], "what is in the list");
        });
    }
}
