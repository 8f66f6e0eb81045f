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
//! Write `crawl`. `fetchers` threads fetch: each takes the next address that nobody has taken,
//! as soon as it has nothing to do. One thread indexes; it may be the caller. Between them is a
//! channel with room for `room` pages. Return the entries of all pages, in any order. An
//! address that is there twice is fetched twice.
//!
//! The constraint: as many pages are fetched at the same time as there are fetchers, and never
//! more. At any time, at most one page is being indexed. A page that is slow holds up nobody
//! but its fetcher. If indexing is slow, the channel is full, and the fetchers wait, each with
//! a page in its hands. And it ends in every schedule.
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

use job::Scene;
pub use job::{Entry, Job, Page};

#[allow(clippy::disallowed_types)]
mod job {
    /// A page that was fetched.
    #[derive(Debug)]
    pub struct Page(u32);

    /// What the index says of a page.
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Entry(u32);

    impl Entry {
        /// The address that it is about.
        pub(super) fn url(&self) -> u32 {
            self.0
        }
    }

    /// Who waits for whom, so that a check sees what it asks for.
    #[derive(Clone, Copy)]
    pub(super) enum Scene {
        /// All goes well.
        Smooth,
        /// Each fetch takes until so many have begun.
        SlowSite(usize),
        /// The fetch of this page takes until so many pages are in the index.
        SlowPage(u32, usize),
        /// To index the first page takes until so many fetches have begun.
        SlowIndex(usize),
    }

    /// The site, and the core that indexes.
    pub struct Job {
        scene: Scene,
        fetching: witness::Gauge,
        indexing: witness::Gauge,
        begun: witness::Events,
        indexed: witness::Events,
        done: std::sync::atomic::AtomicUsize,
        most_ahead: std::sync::atomic::AtomicUsize,
    }

    impl Job {
        /// How many were fetched at once, at most.
        pub(super) fn most_fetching(&self) -> usize {
            self.fetching.most()
        }

        /// How many were indexed at once, at most.
        pub(super) fn most_indexing(&self) -> usize {
            self.indexing.most()
        }

        /// How many fetches have begun, and how many pages were indexed.
        pub(super) fn counts(&self) -> (usize, usize) {
            (self.begun.count(), self.indexing.entered())
        }

        /// How many pages were begun and not yet indexed, at most.
        pub(super) fn most_ahead(&self) -> usize {
            self.most_ahead.load(std::sync::atomic::Ordering::SeqCst)
        }

        pub(super) fn new(scene: Scene) -> Self {
            let begun = witness::Events::new("fetches to begin");
            let indexed = witness::Events::new("pages to be in the index");
            Self {
                scene,
                fetching: witness::Gauge::new(),
                indexing: witness::Gauge::new(),
                begun,
                indexed,
                done: 0.into(),
                most_ahead: 0.into(),
            }
        }

        /// Waits for a page.
        #[track_caller]
        pub fn fetch(&self, url: u32) -> Page {
            use std::sync::atomic::Ordering::SeqCst;
            let _fetching = self.fetching.enter();
            let ahead = self.fetching.entered().saturating_sub(self.done.load(SeqCst));
            self.most_ahead.fetch_max(ahead, SeqCst);
            self.begun.advance();
            match self.scene {
                Scene::SlowSite(fetches) => self.begun.wait_for(fetches),
                Scene::SlowPage(slow, pages) if slow == url => {
                    self.indexed.wait_for(pages)
                }
                _ => {}
            }
            Page(url)
        }

        /// Computes the entry of a page.
        #[track_caller]
        pub fn index(&self, page: Page) -> Entry {
            use std::sync::atomic::Ordering::SeqCst;
            let first = self.indexing.entered() == 0;
            let _indexing = self.indexing.enter();
            match self.scene {
                Scene::SlowIndex(fetches) if first => self.begun.wait_for(fetches),
                _ => {}
            }
            self.done.fetch_add(1, SeqCst);
            self.indexed.advance();
            Entry(page.0)
        }
    }
}

fn main() {
    let crawled = witness::for_real(|| {
        let job = witness::sync::Arc::new(Job::new(Scene::Smooth));
        let entries = crawl(&job, (0..100).collect(), 4, 2);
        (entries.len(), job.most_fetching(), job.most_indexing())
    });
    let (entries, fetching, indexing) = crawled.value;
    println!("{entries} of 100 pages are in the index");
    println!("at once: up to {fetching} of 4 fetches, and {indexing} of 1 to index");
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::{explore_or_explain, sample_or_explain, watch};

    /// Addresses in no order. The tenth one is there twice.
    fn urls(pages: usize) -> Vec<u32> {
        let first = [70, 3, u32::MAX, 0, 8, 41, 12, 5, 66, 5];
        first.into_iter().chain((100..).step_by(3)).take(pages).collect()
    }

    /// Crawls so many pages, and compares what came out. Returns what happened meanwhile.
    fn run(pages: usize, fetchers: usize, room: usize, scene: Scene) -> Arc<Job> {
        let job = Arc::new(Job::new(scene));
        let urls = urls(pages);
        let seen = watch(|| crawl(&job, urls.clone(), fetchers, room));
        let mut entries: Vec<_> = seen.value.iter().map(Entry::url).collect();
        entries.sort();
        let mut all = urls;
        all.sort();
        assert_eq!(entries, all, "the entries that came out, by their addresses, sorted");
        let (begun, indexed) = job.counts();
        assert_eq!(begun, pages, "how often a page was fetched (left)");
        assert_eq!(indexed, pages, "how many pages were indexed (left)");
        assert_eq!(seen.unjoined, 0, "threads that nobody has waited for");
        let most = job.most_fetching();
        assert!(
            most <= fetchers,
            "fetches at once: {most}, with {fetchers} fetchers; that is too much for the site"
        );
        let most = job.most_indexing();
        assert!(
            most <= 1,
            "pages that were indexed at once: {most}, and there is one core"
        );
        job
    }

    /// The same under many schedules. When nobody can go on, `explanation` says why.
    fn crawls(
        pages: usize,
        fetchers: usize,
        room: usize,
        scene: Scene,
        explanation: &str,
    ) {
        let explanation = format!(
            "{pages} pages, {fetchers} fetchers, and room for {room} in the channel. {explanation}"
        );
        sample_or_explain(&explanation, move || drop(run(pages, fetchers, room, scene)));
    }

    #[test]
    fn all_pages_come_out() {
        let no_end = "Who waits for a page that nobody will send?";
        for (pages, fetchers) in [(0, 2), (1, 1), (1, 2)] {
            explore_or_explain(no_end, move || {
                drop(run(pages, fetchers, 1, Scene::Smooth));
            });
        }
        for (pages, fetchers, room) in [(2, 1, 1), (2, 5, 1), (3, 2, 1), (10, 4, 3)] {
            crawls(pages, fetchers, room, Scene::Smooth, no_end);
        }
    }

    #[test]
    fn fetches_as_many_at_once_as_allowed() {
        for (pages, fetchers) in [(3, 2), (5, 3), (7, 4), (2, 5), (10, 9), (40, 37)] {
            let at_once = fetchers.min(pages);
            crawls(
                pages,
                fetchers,
                1,
                Scene::SlowSite(at_once),
                "The site is slow: no fetch ends before so many have begun as there are \
                 fetchers. Why don't all of them fetch at once?",
            );
        }
    }

    #[test]
    fn indexes_one_at_a_time() {
        for (pages, fetchers, room) in [(4, 2, 1), (6, 3, 2)] {
            // Others have fetched when the first one is indexed.
            let scene = Scene::SlowIndex(fetchers + 1);
            crawls(pages, fetchers, room, scene, "A page is indexed that takes long.");
        }
    }

    #[test]
    fn a_slow_page_holds_nobody_up() {
        for (pages, fetchers) in [(5, 2), (7, 3), (60, 2)] {
            for slow in [0, pages / 2, pages - 1] {
                crawls(
                    pages,
                    fetchers,
                    1,
                    Scene::SlowPage(urls(pages)[slow], pages - 1),
                    &format!(
                        "Page {} of these is slow: it comes when all others are in the index. \
                         Why aren't they? Were some of them promised to the fetcher that waits? \
                         Or is nothing indexed before all is fetched?",
                        slow + 1
                    ),
                );
            }
        }
    }

    #[test]
    fn fetchers_wait_when_the_channel_is_full() {
        for (fetchers, room) in [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1), (2, 21)] {
            // One at the indexer, some in the channel, and one in the hands of each fetcher.
            let most = 1 + room + fetchers;
            for pages in [most, most + 2] {
                let explanation = format!(
                    "{pages} pages, {fetchers} fetchers, and room for {room} in the channel. The first \
                 page takes long in the index. Meanwhile the others are fetched, until the channel \
                 is full and each fetcher has another page in its hands. Why do they stop before?"
                );
                sample_or_explain(&explanation, move || {
                    let job = run(pages, fetchers, room, Scene::SlowIndex(most));
                    let ahead = job.most_ahead();
                    assert!(
                        ahead <= most,
                        "{ahead} pages were begun and not yet indexed; there should be at most 1 in \
                     the hands of each of {fetchers} fetchers, {room} in the channel, and 1 at the \
                     indexer"
                    );
                });
            }
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Arc<Job>, Vec<u32>, usize, usize) -> Vec<Entry> = crawl;
}
