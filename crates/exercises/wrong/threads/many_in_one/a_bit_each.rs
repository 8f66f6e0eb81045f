//! Wrong: which pages are there is a number of 128 bits, so it fails with 129 pages.
//! Caught by `pages_come_in_their_order`: attempt to shift left with overflow

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub fn wait_for_all(mut pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut texts = vec![String::new(); pages.len()];
    let mut done: u128 = 0;
    while done.count_ones() as usize != pages.len() {
        for (place, page) in pages.iter_mut().enumerate() {
            if done & (1 << place) == 0
                && let Poll::Ready(text) = Pin::new(page).poll(&mut context)
            {
                texts[place] = text;
                done |= 1 << place;
            }
        }
        if (done.count_ones() as usize) < pages.len() {
            bell.wait();
        }
    }
    texts
}
