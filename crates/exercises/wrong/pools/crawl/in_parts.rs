//! Wrong: each fetcher has a part of the addresses, one after the other. No address at all is no part,
//! either, and a slow page keeps the rest of its part waiting.
//! Caught by `a_slow_page_holds_nobody_up`: Were some of them promised to the fetcher that waits?

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for part in urls.chunks(urls.len().div_ceil(fetchers).max(1)) {
            let sender = sender.clone();
            scope.spawn(move || {
                for &url in part {
                    sender.send(job.fetch(url)).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
