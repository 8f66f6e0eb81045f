//! Wrong: it begins with the second page when the first one is there.
//! Caught by `all_are_waited_for_at_once`: deadlock: nobody can go on
//! Caught by `pages_come_in_their_order`: deadlock: nobody can go on

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut texts = Vec::new();
    for page in pages {
        let mut page = Box::pin(page);
        loop {
            match page.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(text) => break texts.push(text),
                Poll::Pending => bell.wait(),
            }
        }
    }
    texts
}
