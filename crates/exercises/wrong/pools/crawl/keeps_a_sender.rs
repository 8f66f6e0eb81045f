//! Wrong: each fetcher has a clone of the sender and drops it, but the first one lives on. So
//! the channel never ends, and the caller waits for a page that nobody will send.
//! Caught by `all_pages_come_out`: waits for a message in channel 1

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
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
