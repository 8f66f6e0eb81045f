//! Wrong: it keeps the pages that are missing as the bits of a number.
//! Caught by `all_are_waited_for_at_once`: overflow

use std::future::Future;
use std::task::{Context, Poll};

pub fn wait_for_all(pages: Vec<Page>) -> Vec<String> {
    let bell = Bell::new();
    let waker = bell.waker();
    let mut pages: Vec<_> = pages.into_iter().map(Box::pin).collect();
    let mut texts = vec![String::new(); pages.len()];
    let mut missing = 0_u64;
    for place in 0..pages.len() {
        missing |= 1 << place;
    }
    loop {
        for (place, page) in pages.iter_mut().enumerate() {
            if missing & 1 << place != 0
                && let Poll::Ready(text) =
                    page.as_mut().poll(&mut Context::from_waker(&waker))
            {
                texts[place] = text;
                missing &= !(1 << place);
            }
        }
        if missing == 0 {
            return texts;
        }
        bell.wait();
    }
}
