//! Wrong: no channel at all, each thread does both. Then as many compute at once as wait.
//! Caught by `indexes_one_at_a_time`: and there is one core

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let next_url = || urls.lock().unwrap().pop_front();
    let entries = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..fetchers {
            scope.spawn(|| {
                while let Some(url) = next_url() {
                    let entry = job.index(job.fetch(url));
                    entries.lock().unwrap().push(entry);
                }
            });
        }
    });
    entries.into_inner().unwrap()
}
