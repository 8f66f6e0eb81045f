//! Wrong: the pages are put in order as texts, and "page 10" comes before "page 2".
//! Caught by `pages_come_in_their_order`: the site answered in the order

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut left = pages;
    let mut texts = Vec::new();
    loop {
        left.retain_mut(|page| match Pin::new(page).poll(&mut context) {
            Poll::Ready(text) => {
                texts.push(text);
                false
            }
            Poll::Pending => true,
        });
        if left.is_empty() {
            texts.sort();
            return texts;
        }
        bell.wait();
    }
}
