//! Wrong: a thread for each page. That many fetches at once are too many for the site.
//! Caught by `all_pages_come_out`: that is too much for the site
//! Caught by `fetches_as_many_at_once_as_allowed`: that is too much for the site

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for url in urls {
            let sender = sender.clone();
            scope.spawn(move || {
                sender.send(job.fetch(url)).expect("the indexer stays to the end");
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
