//! Waiting for one slow page, for a hundred, for ten thousand.
//!
//! * [`in_threads`]: each thread waits for one page at a time.
//! * [`in_tasks`]: *tasks* wait, and a few threads run those that have something to do.
//! * [`site`]: the web site that they wait for. It can serve ten thousand visitors at once.
//! * [`visitors`]: runs each way in a process of its own, so that what this process takes is what
//!   the way takes.
//! * [`memory`] (on Linux): how much memory such a process takes while it waits for all its pages.
//! * [`limits`] (on Unix): the limits that stop each way.
//! * [`stalling`]: what happens to all tasks when one of them computes.

pub mod in_tasks;
pub mod in_threads;
#[cfg(unix)]
pub mod limits;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod site;
pub mod stalling;
pub mod visitors;

use std::io;
use std::net::SocketAddr;

use workloads::pages;

/// Fetches the page of `site` `pages` times; returns how many words all of these pages have.
///
/// A way that can't wait for so many pages returns an error, after all visits that it began ended.
pub type Way = fn(site: SocketAddr, pages: usize) -> io::Result<usize>;

/// The ways that have all pages under way at once, by the names that the measurements have.
pub const WAYS: [(&str, Way); 3] = [
    ("a thread each", in_threads::thread_each),
    ("tasks in one thread", in_tasks::one_thread),
    ("tasks in a pool of threads", in_tasks::pool),
];

/// How many threads [`POOL`] has.
pub const WORKERS: usize = 1_000;

/// A bounded pool: it has no more pages under way than threads.
pub const POOL: (&str, Way) =
    ("a pool of 1,000 threads", |site, pages| in_threads::pool(site, pages, WORKERS));

/// Starts as many threads as the other ways have pages, but fetches a single page: this shows what
/// the threads take without pages.
pub const WITHOUT_PAGES: (&str, Way) =
    ("threads without pages", in_threads::without_pages);

/// The request that a visitor sends.
fn request() -> String {
    // The path is the number of this process, so that the site can say whose memory to look at.
    format!("GET /{} HTTP/1.0\r\n\r\n", std::process::id())
}

/// How many words the page in an answer has, without the headers above it.
fn words(answer: &str) -> io::Result<usize> {
    match answer.split_once("\r\n\r\n") {
        Some((_, page)) => Ok(pages::words(page)),
        None => Err(io::Error::other("the site hung up without an answer")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::time::Duration;

    use super::*;
    use site::Site;

    /// For tests with hundreds of threads, and for one that counts what threads take.
    pub(super) fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[test]
    fn every_way_reads_every_page() {
        let _alone = alone();
        let site = Site::open(Duration::from_millis(1)).unwrap();
        for pages in [0, 1, 150] {
            for (name, way) in WAYS.into_iter().chain([POOL]) {
                let words = way(site.address(), pages).unwrap();
                assert_eq!(words, pages * pages::WORDS, "{name}");
            }
        }
    }

    #[test]
    fn every_way_but_the_pool_waits_for_all_at_once() {
        let _alone = alone();
        for (name, way) in WAYS {
            let site = Site::with_doors(150).unwrap();
            let address = site.address();
            let visit = std::thread::spawn(move || way(address, 150));
            let full = site.when_full(Duration::from_secs(30));
            // In any case, so that a way that asks for one page after the other ends, too.
            site.open_doors();
            let words = visit.join().unwrap();
            assert_eq!(full, Some(std::process::id()), "{name}: not all come at once");
            assert_eq!(words.unwrap(), 150 * pages::WORDS, "{name}");
        }
    }

    #[test]
    fn a_pool_has_no_more_pages_under_way_than_threads() {
        let site = Site::open(Duration::from_millis(1)).unwrap();
        in_threads::pool(site.address(), 40, 4).unwrap();
        assert!(site.most() <= 4, "{} at once", site.most());
    }

    #[test]
    fn threads_without_pages_ask_for_one() {
        let site = Site::open(Duration::ZERO).unwrap();
        let (_, way) = WITHOUT_PAGES;
        assert_eq!(way(site.address(), 20).unwrap(), pages::WORDS);
        assert_eq!(site.most(), 1);
    }

    #[test]
    fn a_site_that_is_gone_is_an_error() {
        let site = Site::open(Duration::ZERO).unwrap();
        let address = site.address();
        drop(site);
        for (name, way) in WAYS.into_iter().chain([POOL]) {
            assert!(way(address, 2).is_err(), "{name}");
        }
    }
}
