//! Right: all pages are one future, which is ready when each of them is, and one loop waits for it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll};

use witness::thread;

async fn all(pages: Vec<Page>) -> Vec<String> {
    let mut pages: Vec<_> =
        pages.into_iter().map(|page| (Box::pin(page), None)).collect();
    poll_fn(move |context| {
        for (page, text) in &mut pages {
            if text.is_none()
                && let Poll::Ready(ready) = page.as_mut().poll(context)
            {
                *text = Some(ready);
            }
        }
        if pages.iter().any(|(_, text)| text.is_none()) {
            return Poll::Pending;
        }
        Poll::Ready(pages.iter_mut().filter_map(|(_, text)| text.take()).collect())
    })
    .await
}

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut all = pin!(all(pages));
    loop {
        match all.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(texts) => return texts,
            Poll::Pending => bell.wait(),
        }
    }
}
