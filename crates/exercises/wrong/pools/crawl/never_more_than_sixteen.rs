//! Wrong: it takes sixteen fetchers for enough.
//! Caught by `fetches_as_many_at_once_as_allowed`: 40 pages, 37 fetchers

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::thread;

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers.min(16) {
            let (sender, urls) = (sender.clone(), &urls);
            scope.spawn(move || {
                loop {
                    let Some(url) = urls.lock().unwrap().pop_front() else { break };
                    sender.send(job.fetch(url)).unwrap();
                }
            });
        }
        drop(sender);
        receiver.iter().map(|page| job.index(page)).collect()
    })
}
