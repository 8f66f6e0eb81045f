//! Wrong: it collects all pages before it begins with the first. Indexing has to wait, and all
//! pages are in memory at once.
//! Caught by `a_slow_page_holds_nobody_up`: is nothing indexed before all is fetched?
//! Caught by `fetchers_wait_when_the_channel_is_full`: begun and not yet indexed

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let next_url = || urls.lock().unwrap().pop_front();
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some(url) = next_url() {
                    sender.send(job.fetch(url)).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        let pages: Vec<Page> = receiver.into_iter().collect();
        pages.into_iter().map(|page| job.index(page)).collect()
    })
}
