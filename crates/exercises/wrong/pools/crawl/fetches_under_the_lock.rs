//! Wrong: the guard in `while let` lives to the end of the body. So the lock is held while a
//! page is fetched, and the fetchers take turns.
//! Caught by `fetches_as_many_at_once_as_allowed`: Why don't all of them fetch at once?
//! Caught by `a_slow_page_holds_nobody_up`: Why aren't they?

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let (sender, urls) = (sender.clone(), &urls);
            scope.spawn(move || {
                while let Some(url) = urls.lock().unwrap().pop_front() {
                    sender.send(job.fetch(url)).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
