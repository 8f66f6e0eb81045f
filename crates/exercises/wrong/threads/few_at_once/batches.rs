//! Wrong: it starts a few, joins them, and starts the next few: all wait for the slowest.
//! Caught by `a_slow_page_holds_up_nobody`: deadlock: nobody can go on

use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let numbers: Vec<usize> = (0..pages).collect();
    let batch = |batch: &[usize]| -> Vec<String> {
        thread::scope(|scope| {
            let threads: Vec<_> =
                batch.iter().map(|&page| scope.spawn(move || site.get(page))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    };
    numbers.chunks(at_once).flat_map(batch).collect()
}
