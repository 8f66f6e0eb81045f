//! Wrong: whenever the bell rings it asks all of them, also those that were ready.
//! Caught by `all_are_waited_for_at_once`: was ready, and is asked again

use std::future::Future;
use std::task::{Context, Poll};

use witness::thread;

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut context = Context::from_waker(&waker);
    let mut pages: Vec<_> = pages.into_iter().map(Box::pin).collect();
    loop {
        let all: Vec<_> =
            pages.iter_mut().map(|page| page.as_mut().poll(&mut context)).collect();
        if all.iter().all(Poll::is_ready) {
            let ready = |poll| match poll {
                Poll::Ready(text) => text,
                Poll::Pending => unreachable!("all are ready"),
            };
            return all.into_iter().map(ready).collect();
        }
        bell.wait();
    }
}
