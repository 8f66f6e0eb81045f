//! # Threads that wait, and one that computes
//!
//! Chapter: pools/hybrid.md
//!
//! A search engine fetches pages and indexes them. To fetch is to wait, so several threads do
//! it. To index is to compute, and there is one core for that.
//!
//! * `job.fetch(url)` waits for a page and returns it.
//! * `job.index(page)` computes the entry of a page.
//!
//! Write `crawl`. `fetchers` threads fetch: each takes the next address that nobody has taken.
//! One thread indexes; it may be the caller. Between them is a channel with room for `room`
//! pages. Return the entries of all pages, in any order.
//!
//! The constraint: never more than `fetchers` fetches at once, never more than one page that
//! is indexed. Nobody waits for nothing: the first page is indexed while the others are still
//! fetched. If indexing is slow, the channel is full, and the fetchers wait. And it ends in
//! every schedule.

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    // TODO: Threads that fetch, one that indexes, and a `mpsc::sync_channel` between them.
    urls.into_iter().map(|url| job.index(job.fetch(url))).collect()
}

// ---- The checks. Leave them as they are. ----

/// A page that was fetched.
#[derive(Debug)]
pub struct Page(u32);

/// What the index says of a page.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry(u32);

/// The site, and the core that indexes.
#[derive(Default)]
#[allow(clippy::disallowed_types)]
pub struct Job {
    fetching: Gauge,
    indexing: Gauge,
    busy: Gauge,
    indexed: std::sync::atomic::AtomicUsize,
    most_ahead: std::sync::atomic::AtomicUsize,
}

impl Job {
    /// Waits for a page.
    pub fn fetch(&self, url: u32) -> Page {
        use std::sync::atomic::Ordering::SeqCst;
        let (_fetching, _busy) = (self.fetching.enter(), self.busy.enter());
        let ahead = self.fetching.entered().saturating_sub(self.indexed.load(SeqCst));
        self.most_ahead.fetch_max(ahead, SeqCst);
        Page(url)
    }

    /// Computes the entry of a page.
    pub fn index(&self, page: Page) -> Entry {
        use std::sync::atomic::Ordering::SeqCst;
        let (_indexing, _busy) = (self.indexing.enter(), self.busy.enter());
        self.indexed.fetch_add(1, SeqCst);
        Entry(page.0)
    }
}

fn main() {
    let crawled = witness::for_real(|| {
        let job = Arc::new(Job::default());
        let entries = crawl(&job, (0..100).collect(), 4, 2);
        (entries.len(), job.fetching.most(), job.indexing.most())
    });
    let (entries, fetching, indexing) = crawled.value;
    println!("{entries} of 100 pages are in the index");
    println!("at once: up to {fetching} of 4 fetches, and {indexing} of 1 to index");
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::Ordering::SeqCst;
    use witness::{explore, watch};

    /// Crawls `pages` pages. Returns what happened meanwhile.
    fn run(pages: u32, fetchers: usize, room: usize) -> Arc<Job> {
        let job = Arc::new(Job::default());
        let seen = watch(|| crawl(&job, (0..pages).collect(), fetchers, room));
        let mut entries = seen.value;
        entries.sort();
        let all: Vec<Entry> = (0..pages).map(Entry).collect();
        assert_eq!(entries, all, "the entries that came out, sorted");
        assert_eq!(seen.unjoined, 0, "threads that nobody has waited for");
        job
    }

    #[test]
    fn all_pages_come_out() {
        explore(|| run(2, 1, 1));
        explore(|| run(3, 2, 1));
    }

    #[test]
    fn fetches_as_many_at_once_as_allowed() {
        let most = explore(|| run(3, 2, 1).fetching.most()).most(|most| *most);
        assert_eq!(most, 2, "fetches at once, at most, with 2 fetchers");
    }

    #[test]
    fn indexes_one_at_a_time() {
        let most = explore(|| run(3, 2, 1).indexing.most()).most(|most| *most);
        assert_eq!(
            most, 1,
            "pages that were indexed at once, at most, and there is one core"
        );
    }

    #[test]
    fn indexes_while_others_are_fetched() {
        let most = explore(|| run(3, 2, 1).busy.most()).most(|most| *most);
        assert_eq!(
            most, 3,
            "at once, in any schedule: 2 fetch and 1 indexes. Does one of them wait until \
             the others are done?"
        );
    }

    #[test]
    fn fetchers_wait_when_the_channel_is_full() {
        let ahead = |run: Arc<Job>| run.most_ahead.load(SeqCst);
        let wide = explore(move || ahead(run(5, 1, 2))).most(|most| *most);
        assert_eq!(
            wide, 4,
            "pages that were begun and not yet indexed, at most: 1 in the hands of the \
             fetcher, 2 in a channel with room for 2, and 1 at the indexer"
        );
        let most = explore(move || ahead(run(5, 1, 1))).most(|most| *most);
        assert!(
            most <= 3,
            "{most} pages were begun and not yet indexed; there should be at most 1 in the \
             hands of the fetcher, 1 in the channel, and 1 at the indexer"
        );
    }
}
