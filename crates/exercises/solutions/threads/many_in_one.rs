//! # Many in one thread
//!
//! Chapter: threads/many.md
//!
//! Fetch all pages, and return them in their order. `page.poll(…)` asks a page whether it
//! is there. If it is, the answer is `Poll::Ready` with the page's text. If not, the answer
//! is `Poll::Pending`, and the page rings the bell later, when it is worth asking again.
//! `wait_for` shows how one page is waited for.
//!
//! The constraint: one thread waits for all pages at once. The site answers nobody before
//! all pages were asked for, and then in any order. While no page is worth asking, the
//! thread sleeps until the bell rings. A page that was ready is not asked again.
//!
//! Why: all pages get the same bell, so a single `wait` waits for whichever comes first. The loop
//! asks every page once, which begins all the waiting; then it sleeps, and asks those that are
//! missing again. Nothing is lost between asking and sleeping: a bell that has rung by then lets
//! `wait` return at once. The runtime of an async program has such a loop in its middle. It also
//! has a bell for each task, so that it needs to ask only the one that rang.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll};

use witness::thread;

/// Waits for one page.
pub fn wait_for(page: Page) -> String {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut page = pin!(page);
    loop {
        match page.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(text) => return text,
            Poll::Pending => bell.wait(),
        }
    }
}

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut pages: Vec<_> = pages.into_iter().map(Box::pin).collect();
    let mut texts = vec![None; pages.len()];
    loop {
        for (page, text) in pages.iter_mut().zip(&mut texts) {
            if text.is_none()
                && let Poll::Ready(ready) = page.as_mut().poll(&mut context)
            {
                *text = Some(ready);
            }
        }
        if texts.iter().all(Option::is_some) {
            return texts.into_iter().flatten().collect();
        }
        bell.wait();
    }
}

// ---- The checks. Leave them as they are. ----

pub use site::{Bell, Page};

mod site {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Wake, Waker};

    use witness::sync::{Arc, Condvar, Mutex};
    use witness::thread::{self, JoinHandle};

    /// Rings when a page is worth asking again.
    #[derive(Clone)]
    pub struct Bell(Arc<Ring>);

    struct Ring {
        rung: Mutex<bool>,
        rings: Condvar,
    }

    impl Bell {
        pub fn new() -> Self {
            Self(Arc::new(Ring { rung: Mutex::new(false), rings: Condvar::new() }))
        }

        /// What a page needs to ring this bell.
        pub fn waker(&self) -> Waker {
            Waker::from(Arc::clone(&self.0))
        }

        /// Sleeps until it rings; not at all, when it has rung since the last time.
        pub fn wait(&self) {
            let rung = self.0.rung.lock().unwrap();
            *self.0.rings.wait_while(rung, |rung| !*rung).unwrap() = false;
        }
    }

    impl Wake for Ring {
        fn wake(self: Arc<Self>) {
            *self.rung.lock().unwrap() = true;
            self.rings.notify_one();
        }
    }

    /// A page that comes at some time.
    pub struct Page {
        number: usize,
        site: Arc<Site>,
        was_ready: bool,
    }

    struct Site {
        visits: Mutex<Vec<Visit>>,
        asked: Condvar,
    }

    #[derive(Clone, Default)]
    struct Visit {
        waker: Option<Waker>,
        answered: bool,
    }

    /// No order of the texts is that of the pages.
    pub(super) fn text(number: usize) -> usize {
        number * 7919 % 1009
    }

    /// Pages 0, 1, and so on, and the thread of their site. When all were asked for, it answers one
    /// after the other, in this order.
    pub(super) fn open(order: Vec<usize>) -> (Vec<Page>, JoinHandle<()>) {
        let pages = order.len();
        let visits = Mutex::new(vec![Visit::default(); pages]);
        let site = Arc::new(Site { visits, asked: Condvar::new() });
        let page = |number| Page { number, site: Arc::clone(&site), was_ready: false };
        let all = (0..pages).map(page).collect();
        let server = thread::spawn(move || site.serve(order));
        (all, server)
    }

    impl Site {
        fn serve(&self, order: Vec<usize>) {
            let some_are_missing = |visits: &mut Vec<Visit>| {
                visits.iter().any(|visit| visit.waker.is_none())
            };
            let visits = self.visits.lock().unwrap();
            drop(self.asked.wait_while(visits, some_are_missing).unwrap());
            for number in order {
                let mut visits = self.visits.lock().unwrap();
                visits[number].answered = true;
                let waker = visits[number].waker.clone();
                drop(visits);
                waker.into_iter().for_each(Waker::wake);
            }
        }
    }

    impl Future for Page {
        type Output = String;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<String> {
            let number = self.number;
            assert!(!self.was_ready, "page {number} was ready, and is asked again");
            let mut visits = self.site.visits.lock().unwrap();
            if visits[number].answered {
                drop(visits);
                self.was_ready = true;
                return Poll::Ready(format!("page {}", text(number)));
            }
            visits[number].waker = Some(context.waker().clone());
            drop(visits);
            self.site.asked.notify_one();
            Poll::Pending
        }
    }
}

fn main() {
    witness::for_real(|| {
        let (pages, server) = site::open((0..12).rev().collect());
        println!("{:?}", wait_for_all(pages));
        server.join().unwrap();
    });
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore_or_explain, sample_or_explain, watch};

    /// The pages that it fetches from a site that answers in this order, and how many threads it has
    /// started for that.
    fn fetched(order: &[usize]) -> (Vec<String>, usize) {
        let (all, server) = site::open(order.to_vec());
        let seen = watch(|| wait_for_all(all));
        server.join().unwrap();
        (seen.value, seen.threads)
    }

    fn many() -> &'static [usize] {
        (0..151).map(|number| number * 7 % 151).collect::<Vec<_>>().leak()
    }

    const EXPLANATION: &str = "the site answers when all pages were asked for. Does one of them wait \
        for another one? Or does somebody sleep who was not told to wake up?";

    #[test]
    fn all_are_waited_for_at_once() {
        explore_or_explain(EXPLANATION, || fetched(&[1, 0]));
        // More than a number has bits.
        let many: Vec<usize> = (0..71).map(|number| number * 7 % 71).collect();
        for order in [&[0, 1][..], &[0], &[2, 0, 3, 1], many.leak()] {
            sample_or_explain(EXPLANATION, move || fetched(order));
        }
    }

    #[test]
    fn pages_come_in_their_order() {
        for order in
            [&[0][..], &[1, 0], &[1, 2, 0], &[2, 0, 1], &[0, 1, 2], &[3, 1, 0, 2], many()]
        {
            sample_or_explain(EXPLANATION, move || {
                let (pages, _) = fetched(order);
                let expected: Vec<_> = (0..order.len())
                    .map(|page| format!("page {}", site::text(page)))
                    .collect();
                assert_eq!(pages, expected, "the site answered in the order {order:?}");
            });
        }
    }

    #[test]
    fn one_thread_is_enough() {
        for order in [&[0][..], &[1, 0], &[1, 2, 0]] {
            sample_or_explain(EXPLANATION, move || {
                let (_, threads) = fetched(order);
                assert_eq!(threads, 0, "threads that it has started");
            });
        }
    }

    #[test]
    fn no_page_is_no_reason_to_wait() {
        explore_or_explain("there is no page that could ring", || {
            assert_eq!(wait_for_all(Vec::new()), [""; 0]);
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(Vec<Page>) -> Vec<String> = wait_for_all;
}
