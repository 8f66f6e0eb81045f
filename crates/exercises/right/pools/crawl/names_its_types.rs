//! Right: the two jobs are functions, whose arguments have the types that the standard library has.

use witness::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use witness::sync::{Arc, mpsc};
use witness::thread;

fn fetch_some(
    job: &Job,
    urls: &[u32],
    next: &AtomicUsize,
    pages: &mpsc::SyncSender<Page>,
) {
    while let Some(url) = urls.get(next.fetch_add(1, Relaxed)) {
        pages.send(job.fetch(*url)).unwrap();
    }
}

fn index_all(job: &Job, pages: mpsc::Receiver<Page>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for page in pages {
        entries.push(job.index(page));
    }
    entries
}

pub fn crawl(job: &Arc<Job>, urls: Vec<u32>, fetchers: usize, room: usize) -> Vec<Entry> {
    let next = AtomicUsize::new(0);
    let (sender, pages) = mpsc::sync_channel(room);
    thread::scope(|scope| {
        for _ in 0..fetchers {
            let (urls, next, sender) = (&urls, &next, sender.clone());
            scope.spawn(move || fetch_some(job, urls, next, &sender));
        }
        drop(sender);
        index_all(job, pages)
    })
}
