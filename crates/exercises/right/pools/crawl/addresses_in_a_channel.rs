//! Right: the addresses lie in a channel, too. Whoever has its lock receives the next one.

use std::collections::VecDeque;

use witness::sync::{Arc, Mutex, mpsc};
use witness::{Gauge, thread};

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let (addresses, next) = mpsc::channel();
    for url in urls {
        addresses.send(url).unwrap();
    }
    drop(addresses);
    let next = Mutex::new(next);
    let (sender, receiver) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let url = next.lock().unwrap().recv();
                    let Ok(url) = url else { return };
                    sender.send(job.fetch(url)).unwrap();
                }
            });
        }
        drop(sender);
        let mut entries = Vec::new();
        for page in receiver {
            entries.push(job.index(page));
        }
        entries
    })
}
