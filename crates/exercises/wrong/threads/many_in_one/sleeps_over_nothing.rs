//! Wrong: it sleeps before it looks whether anything is left to wait for.
//! Caught by `no_page_is_no_reason_to_wait`: deadlock: nobody can go on

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut texts: Vec<Option<String>> = vec![None; pages.len()];
    let mut left: Vec<_> = pages.into_iter().map(Box::pin).enumerate().collect();
    loop {
        left.retain_mut(|(number, page)| match page.as_mut().poll(&mut context) {
            Poll::Ready(text) => {
                texts[*number] = Some(text);
                false
            }
            Poll::Pending => true,
        });
        if !texts.is_empty() && left.is_empty() {
            return texts.into_iter().flatten().collect();
        }
        bell.wait();
    }
}
