//! Wrong: each thread has its pages beforehand. The page behind the slow one waits for it,
//! while the other thread has nothing to do.
//! Caught by `a_slow_page_holds_up_nobody`: deadlock: nobody can go on

use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let numbers: Vec<usize> = (0..pages).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = numbers
            .chunks(pages.div_ceil(at_once))
            .map(|mine| scope.spawn(|| mine.iter().map(|&page| site.get(page)).collect()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| -> Vec<String> { thread.join().unwrap() })
            .collect()
    })
}
