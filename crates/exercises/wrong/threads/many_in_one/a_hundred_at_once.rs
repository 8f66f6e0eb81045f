//! Wrong: of more than 71 pages, those of a second group are asked for only when the first group is
//! there, so the site never answers.
//! Caught by `pages_come_in_their_order`: deadlock: nobody can go on.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

fn wait_for_group(pages: &mut [Page]) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut texts: Vec<Option<String>> = vec![None; pages.len()];
    loop {
        for (page, text) in pages.iter_mut().zip(&mut texts) {
            if text.is_none()
                && let Poll::Ready(ready) = Pin::new(page).poll(&mut context)
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

pub fn wait_for_all(mut pages: Vec<Page>) -> Vec<String> {
    pages.chunks_mut(100).flat_map(wait_for_group).collect()
}
