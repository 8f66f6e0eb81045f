//! Right: a list of the pages that are missing, which gets shorter, and a list of what has come.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut missing: Vec<(usize, Pin<Box<Page>>)> =
        pages.into_iter().map(Box::pin).enumerate().collect();
    let mut come = Vec::new();
    while !missing.is_empty() {
        let before = missing.len();
        missing.retain_mut(|(number, page)| {
            match page.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(text) => {
                    come.push((*number, text));
                    false
                }
                Poll::Pending => true,
            }
        });
        if missing.len() == before {
            bell.wait();
        }
    }
    come.sort();
    come.into_iter().map(|(_, text)| text).collect()
}
