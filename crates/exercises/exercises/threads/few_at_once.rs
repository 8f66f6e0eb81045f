//! # A few at once
//!
//! Chapter: threads/waiting.md
//!
//! Fetch all pages of a site: page 0, page 1, and so on up to `pages`. Return them in this
//! order. `site.get(page)` waits until the site has answered.
//!
//! The constraint: the site allows `at_once` visitors at a time and locks out whoever comes
//! with more. But that many may wait at once, and as soon as one page is there, the next one
//! is asked for: a slow page holds up nobody.

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
    use witness::Gauge;
    use witness::sync::{Condvar, Mutex};

    /// A site that counts its visitors. Page 0 may be slow: it waits for others.
    pub struct Site {
        pub(super) visitors: Gauge,
        answered: Mutex<usize>,
        more: Condvar,
        slow_until: usize,
    }

    impl Site {
        /// A site whose page 0 comes when `slow_until` other pages have come.
        pub(super) fn new(slow_until: usize) -> Self {
            let (answered, more) = (Mutex::new(0), Condvar::new());
            Self { visitors: Gauge::new(), answered, more, slow_until }
        }

        /// Waits for a page.
        pub fn get(&self, page: usize) -> String {
            let _visitor = self.visitors.enter();
            let mut answered = self.answered.lock().unwrap();
            if page == 0 {
                let slow = |answered: &mut usize| *answered < self.slow_until;
                answered = self.more.wait_while(answered, slow).unwrap();
            }
            *answered += 1;
            self.more.notify_all();
            format!("page {page}")
        }
    }
}

fn main() {
    witness::for_real(|| {
        let site = Site::new(11);
        println!("{:?}", fetch_all(&site, 12, 4));
        println!("at most {} visitors at once", site.visitors.most());
    });
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, explore_or_explain};

    fn pages(pages: usize) -> Vec<String> {
        (0..pages).map(|page| format!("page {page}")).collect()
    }

    #[test]
    fn pages_come_in_their_order() {
        explore(|| assert_eq!(fetch_all(&Site::new(0), 3, 2), pages(3)));
    }

    #[test]
    fn never_more_than_allowed() {
        explore(|| {
            let site = Site::new(0);
            fetch_all(&site, 3, 2);
            let most = site.visitors.most();
            assert!(most <= 2, "{most} visitors at once; the site allows 2");
        });
    }

    #[test]
    fn as_many_as_allowed() {
        let visitors = explore(|| {
            let site = Site::new(0);
            fetch_all(&site, 3, 2);
            site.visitors.most()
        });
        let most = visitors.most(|visitors| *visitors);
        assert_eq!(
            most, 2,
            "visitors at once, at most: two are allowed, so two may wait"
        );
    }

    #[test]
    fn a_slow_page_holds_up_nobody() {
        // Page 0 comes last of all. Who waits for it before asking for page 2 waits for ever.
        let explanation = "page 0 is slow: it comes when the others have come. Does page 2 or 3 \
            wait for it?";
        let fetch = || assert_eq!(fetch_all(&Site::new(3), 4, 2), pages(4));
        explore_or_explain(explanation, fetch);
    }
}
