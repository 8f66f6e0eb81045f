//! Right: it counts what was fetched, in a lock of its own.

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let urls = Mutex::new(VecDeque::from(urls));
    let fetched = Mutex::new(0);
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                loop {
                    let Some(url) = urls.lock().unwrap().pop_front() else { break };
                    let page = job.fetch(url);
                    *fetched.lock().unwrap() += 1;
                    sender.send(page).unwrap();
                }
            });
        }
        drop(sender);
        receiver.iter().map(|page| job.index(page)).collect()
    })
}
