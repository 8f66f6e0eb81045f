//! Wrong: it waits for as many rings as there are pages. Two pages that come at once ring once.
//! Caught by `all_are_waited_for_at_once`: deadlock: nobody can go on

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut pages: Vec<_> = pages.into_iter().map(Box::pin).collect();
    let mut texts = vec![None; pages.len()];
    for round in 0..=pages.len() {
        if round > 0 {
            bell.wait();
        }
        for (page, text) in pages.iter_mut().zip(&mut texts) {
            if text.is_none()
                && let Poll::Ready(ready) = page.as_mut().poll(&mut context)
            {
                *text = Some(ready);
            }
        }
    }
    texts.into_iter().flatten().collect()
}
