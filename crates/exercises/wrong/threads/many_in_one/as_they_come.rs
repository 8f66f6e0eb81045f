//! Wrong: it keeps the pages as they come.
//! Caught by `pages_come_in_their_order`: page 0

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut pages: Vec<_> = pages.into_iter().map(Box::pin).collect();
    let mut texts = Vec::new();
    loop {
        pages.retain_mut(|page| match page.as_mut().poll(&mut context) {
            Poll::Ready(text) => {
                texts.push(text);
                false
            }
            Poll::Pending => true,
        });
        if pages.is_empty() {
            return texts;
        }
        bell.wait();
    }
}
