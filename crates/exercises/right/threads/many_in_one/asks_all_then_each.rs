//! Right: it asks all of them once, so that all the waiting has begun, and then waits for one after
//! the other.

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut begun: Vec<_> = pages
        .into_iter()
        .map(|page| {
            let mut page = Box::pin(page);
            let asked = page.as_mut().poll(&mut context);
            (page, asked)
        })
        .collect();
    let mut texts = Vec::new();
    for (page, asked) in &mut begun {
        let mut answer = std::mem::replace(asked, Poll::Pending);
        loop {
            match answer {
                Poll::Ready(text) => break texts.push(text),
                Poll::Pending => answer = page.as_mut().poll(&mut context),
            }
            if answer.is_pending() {
                bell.wait();
            }
        }
    }
    texts
}
