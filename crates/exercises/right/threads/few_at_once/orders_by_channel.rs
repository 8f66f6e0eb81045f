//! Right: each thread that is ready says so, and the caller tells it which page is the next.

use witness::sync::mpsc;
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let mut fetched = vec![String::new(); pages];
    let (ready, who_is_ready) = mpsc::channel();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once)
            .map(|worker| {
                let (order, orders) = mpsc::channel();
                let ready = ready.clone();
                scope.spawn(move || {
                    // When all pages are there, nobody listens any more.
                    let _ = ready.send((worker, None));
                    for page in orders {
                        let _ = ready.send((worker, Some((page, site.get(page)))));
                    }
                });
                order
            })
            .collect();
        let (mut next, mut left) = (0, pages);
        while left > 0 {
            let (worker, page) = who_is_ready.recv().unwrap();
            if let Some((page, text)) = page {
                fetched[page] = text;
                left -= 1;
            }
            if next < pages {
                workers[worker].send(next).unwrap();
                next += 1;
            }
        }
        // The others see the end of their orders.
        drop((workers, who_is_ready));
    });
    fetched
}
