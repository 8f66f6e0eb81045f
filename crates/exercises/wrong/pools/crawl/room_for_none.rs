//! Wrong: it hands over each page by itself, without a channel that holds some. Whenever one is indexed
//! for long, the fetchers stop too early.
//! Caught by `fetchers_wait_when_the_channel_is_full`: Why do they stop before?

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let next_url = || urls.lock().unwrap().pop_front();
    let (sender, receiver) = mpsc::sync_channel(room - 1);
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
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
