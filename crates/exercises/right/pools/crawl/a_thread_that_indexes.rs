//! Right: a thread of its own indexes; the fetchers take the next address by its number, and the caller
//! only waits.

use std::collections::VecDeque;

use witness::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let (sender, receiver) = mpsc::sync_channel(room);
    let (urls, next) = (Arc::new(urls), Arc::new(AtomicUsize::new(0)));
    let indexer = {
        let job = Arc::clone(job);
        thread::spawn(move || {
            let mut entries = Vec::new();
            while let Ok(page) = receiver.recv() {
                entries.push(job.index(page));
            }
            entries
        })
    };
    let threads: Vec<_> = (0..fetchers.min(urls.len()))
        .map(|_| {
            let (job, sender) = (Arc::clone(job), sender.clone());
            let (urls, next) = (Arc::clone(&urls), Arc::clone(&next));
            thread::spawn(move || {
                while let Some(url) = urls.get(next.fetch_add(1, Relaxed)) {
                    if sender.send(job.fetch(*url)).is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    drop(sender);
    for thread in threads {
        thread.join().unwrap();
    }
    indexer.join().unwrap()
}
