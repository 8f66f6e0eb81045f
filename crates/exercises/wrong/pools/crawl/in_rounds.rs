//! Wrong: it fetches in rounds, as many pages as there are fetchers, and indexes between. All wait for the
//! slowest page of each round.
//! Caught by `a_slow_page_holds_nobody_up`: Why aren't they?

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for round in urls.chunks(fetchers) {
        let pages: Vec<Page> = thread::scope(|scope| {
            let threads: Vec<_> =
                round.iter().map(|url| scope.spawn(|| job.fetch(*url))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        entries.extend(pages.into_iter().map(|page| job.index(page)));
    }
    entries
}
