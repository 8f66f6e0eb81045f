//! Wrong: six pages at once, and the next six when these are there.
//! Caught by `all_are_waited_for_at_once`: deadlock: nobody can go on

use std::future::Future;
use std::task::{Context, Poll};

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut all = Vec::new();
    let mut pages = pages.into_iter().map(Box::pin).peekable();
    while pages.peek().is_some() {
        let mut some: Vec<_> = pages.by_ref().take(6).map(|page| (page, None)).collect();
        loop {
            for (page, text) in &mut some {
                if text.is_none()
                    && let Poll::Ready(ready) = page.as_mut().poll(&mut context)
                {
                    *text = Some(ready);
                }
            }
            if some.iter().all(|(_, text)| text.is_some()) {
                break;
            }
            bell.wait();
        }
        all.extend(some.into_iter().filter_map(|(_, text)| text));
    }
    all
}
