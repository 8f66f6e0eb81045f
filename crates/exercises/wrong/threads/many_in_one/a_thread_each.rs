//! Wrong: a thread for every page: they wait at once, but each in a thread of its own.
//! Caught by `one_thread_is_enough`: threads that it has started

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let fetch = |page: Page| {
        let bell = Bell::new();
        let waker = bell.waker();
        let mut page = Box::pin(page);
        loop {
            match page.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(text) => return text,
                Poll::Pending => bell.wait(),
            }
        }
    };
    let threads: Vec<_> =
        pages.into_iter().map(|page| thread::spawn(move || fetch(page))).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}
