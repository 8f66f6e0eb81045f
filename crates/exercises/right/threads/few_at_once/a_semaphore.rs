//! Right: a thread for each page, and a semaphore that lets a few of them in.

use witness::sync::{Condvar, Mutex};
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let (places, freed) = (Mutex::new(at_once), Condvar::new());
    let fetch = |page| {
        let taken = freed.wait_while(places.lock().unwrap(), |places| *places == 0);
        *taken.unwrap() -= 1;
        let text = site.get(page);
        *places.lock().unwrap() += 1;
        freed.notify_one();
        text
    };
    thread::scope(|scope| {
        let fetch = &fetch;
        let threads: Vec<_> =
            (0..pages).map(|page| scope.spawn(move || fetch(page))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
