//! # Threads that wait, and one that computes
//!
//! Chapter: pools/hybrid.md
//!
//! Why: the number of threads that fetch is the number of fetches at once, and the one thread
//! that indexes is the limit for computing. No counter is needed for either. The channel is
//! bounded: when indexing is slow, it is full, `send` waits, and so the fetchers stop by
//! themselves. The caller drops its own sender. The channel ends when the last one is gone,
//! and otherwise the caller would wait for a page that nobody can send.
//!
//! The lock around the addresses is held only while the next one is taken, and not while a
//! page is fetched: `next_url` ends before `fetch` begins. (In `while let Some(url) =
//! urls.lock().unwrap().pop_front()`, the guard would live as long as the body.)

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let next_url = || urls.lock().unwrap().pop_front();
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some(url) = next_url() {
                    sender.send(job.fetch(url)).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
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
