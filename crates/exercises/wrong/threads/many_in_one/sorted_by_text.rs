//! Wrong: the pages are put in order by what they say, the shorter text first, and not by their
//! places.
//! Caught by `pages_come_in_their_order`: the site answered in the order

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut left = pages;
    let mut texts: Vec<String> = Vec::new();
    loop {
        left.retain_mut(|page| match Pin::new(page).poll(&mut context) {
            Poll::Ready(text) => {
                texts.push(text);
                false
            }
            Poll::Pending => true,
        });
        if left.is_empty() {
            texts.sort_by_key(|text| (text.len(), text.clone()));
            return texts;
        }
        bell.wait();
    }
}
