//! Wrong: the addresses are dealt out before anything is fetched. Whoever has a slow page keeps the
//! others of its hand waiting, while the next fetcher has nothing to do.
//! Caught by `a_slow_page_holds_nobody_up`: Were some of them promised to the fetcher that waits?

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for first in 0..fetchers {
            let hand: Vec<u32> =
                urls.iter().copied().skip(first).step_by(fetchers).collect();
            let sender = sender.clone();
            scope.spawn(move || {
                for url in hand {
                    sender.send(job.fetch(url)).expect("the indexer stays to the end");
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
