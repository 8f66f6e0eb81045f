//! Wrong: it has all pages, in the order in which they came.
//! Caught by `pages_come_in_their_order`: left: ["page

use witness::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use witness::sync::mpsc;
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..at_once {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let page @ 0.. = next.fetch_add(1, SeqCst)
                    && page < pages
                {
                    sender.send(site.get(page)).unwrap();
                }
            });
        }
        drop(sender);
        receiver.into_iter().collect()
    })
}
