//! Wrong: fetchers take addresses in chunks that shrink, so of 100 pages some are promised to the
//! fetcher of a slow one.
//! Caught by `a_slow_page_holds_nobody_up`: deadlock: nobody can go on.

use witness::sync::{Arc, Mutex, mpsc};
use witness::thread;

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let next = Mutex::new(0);
    let chunk = || {
        let mut next = next.lock().unwrap();
        let size = ((urls.len() - *next) / (4 * fetchers)).max(1);
        let begin = *next;
        *next = (begin + size).min(urls.len());
        &urls[begin..*next]
    };
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let (sender, chunk) = (sender.clone(), &chunk);
            scope.spawn(move || {
                loop {
                    let urls = chunk();
                    if urls.is_empty() {
                        break;
                    }
                    for url in urls {
                        sender
                            .send(job.fetch(*url))
                            .expect("the indexer stays to the end");
                    }
                }
            });
        }
        drop(sender);
        receiver.into_iter().map(|page| job.index(page)).collect()
    })
}
