//! Wrong: a fetcher takes its next address before it has handed in its page, so that address waits
//! with it when the channel is full, though another fetcher has nothing to do.
//! Caught by `fetchers_wait_when_the_channel_is_full`: deadlock: nobody can go on.

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::thread;

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let next_url = || urls.lock().unwrap().pop_front();
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let (sender, next_url) = (sender.clone(), &next_url);
            scope.spawn(move || {
                let mut next = next_url();
                while let Some(url) = next {
                    let page = job.fetch(url);
                    next = next_url();
                    sender.send(page).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
