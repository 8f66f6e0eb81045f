//! # A few at once
//!
//! Chapter: threads/waiting.md
//!
//! Fetch all pages of a site, each of them once, and return them in their order: page 0,
//! page 1, and so on, up to page `pages - 1`. `site.get(page)` waits until the site has
//! answered.
//!
//! The constraint: the site allows `at_once` visitors at a time and locks out whoever comes
//! with more. Use all that it allows: until the last page has been asked for, `at_once` pages are
//! under way. As soon as one is there, the next one is asked for, so that a slow page doesn't hold
//! up the others.

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    // TODO: No more than `at_once` visitors at once, and no fewer while pages are left.
    (0..pages).map(|page| site.get(page)).collect()
}

// ---- The checks. Leave them as they are. ----

pub use site::Site;

mod site {
    use witness::{Events, Gauge};

    /// A site that counts its visitors, and lets some of them wait.
    pub struct Site {
        visitors: Gauge,
        came: Events,
        answered: Events,
        crowd: usize,
        slow: Vec<usize>,
        fast: usize,
    }

    impl Site {
        /// A site that answers at once.
        pub(super) fn new() -> Self {
            let (came, answered) = (Events::new("visitors"), Events::new("fast pages"));
            let visitors = Gauge::new();
            Self { visitors, came, answered, crowd: 0, slow: Vec::new(), fast: 0 }
        }

        /// A site that answers when so many visitors have come.
        pub(super) fn for_a_crowd(crowd: usize) -> Self {
            Self { crowd, ..Self::new() }
        }

        /// A site of so many pages, some of which are slow: they come when all others have come.
        pub(super) fn with_slow_pages(pages: usize, slow: &[usize]) -> Self {
            Self { fast: pages - slow.len(), slow: slow.to_vec(), ..Self::new() }
        }

        /// How many visitors were there at once, at most.
        pub(super) fn most(&self) -> usize {
            self.visitors.most()
        }

        /// How many have come.
        pub(super) fn entered(&self) -> usize {
            self.visitors.entered()
        }

        /// Waits for a page.
        pub fn get(&self, page: usize) -> String {
            let _visitor = self.visitors.enter();
            self.came.advance();
            self.came.wait_for(self.crowd);
            if self.slow.contains(&page) {
                self.answered.wait_for(self.fast);
            } else {
                self.answered.advance();
            }
            format!("page {}", page * 7919 % 1009)
        }
    }
}

fn main() {
    witness::for_real(|| {
        let site = Site::with_slow_pages(12, &[0]);
        println!("{:?}", fetch_all(&site, 12, 4));
        println!("at most {} visitors at once", site.most());
    });
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, explore_or_explain, sample, sample_or_explain};

    /// Fetches so many pages: all of them, in their order, and each of them once.
    fn fetch(site: &Site, pages: usize, at_once: usize) {
        let fetched = fetch_all(site, pages, at_once);
        let expected: Vec<_> =
            (0..pages).map(|page| format!("page {}", page * 7919 % 1009)).collect();
        assert_eq!(fetched, expected, "{pages} pages, {at_once} at once");
        let entered = site.entered();
        assert_eq!(entered, pages, "visits, for {pages} pages");
    }

    #[test]
    fn pages_come_in_their_order() {
        explore(|| fetch(&Site::new(), 3, 2));
        for (pages, at_once) in [(0, 2), (1, 3), (3, 1), (5, 3), (12, 12), (20, 4)] {
            sample(move || fetch(&Site::new(), pages, at_once));
        }
    }

    fn count(pages: usize, at_once: usize) {
        let site = Site::new();
        fetch_all(&site, pages, at_once);
        let most = site.most();
        assert!(most <= at_once, "{most} visitors at once; the site allows {at_once}");
    }

    #[test]
    fn never_more_than_allowed() {
        explore(|| count(3, 2));
        for (pages, at_once) in [(3, 1), (4, 3), (12, 5)] {
            sample(move || count(pages, at_once));
        }
    }

    #[test]
    fn as_many_as_allowed() {
        let explanation = "here, the site answers when as many visitors have come as it allows: may \
            so many wait at once?";
        let fetch = |pages: usize, at_once: usize| {
            fetch_all(&Site::for_a_crowd(at_once.min(pages)), pages, at_once)
        };
        explore_or_explain(explanation, move || fetch(3, 2));
        for (pages, at_once) in [(4, 3), (2, 5), (12, 7), (70, 66)] {
            sample_or_explain(explanation, move || fetch(pages, at_once));
        }
    }

    #[test]
    fn a_slow_page_holds_up_nobody() {
        let explanation = "the slow pages come when all others have come. Does one of these wait \
            for a slow one?";
        for slow in 0..4 {
            let fetch = move || fetch(&Site::with_slow_pages(4, &[slow]), 4, 2);
            sample_or_explain(explanation, fetch);
        }
        sample_or_explain(explanation, || fetch(&Site::with_slow_pages(60, &[0]), 60, 2));
        for slow in [[0, 1], [0, 2], [1, 5], [3, 4], [5, 6]] {
            let fetch = move || fetch(&Site::with_slow_pages(7, &slow), 7, 3);
            sample_or_explain(explanation, fetch);
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Site, usize, usize) -> Vec<String> = fetch_all;
}
