//! Wrong: pages are taken in chunks that shrink (as OpenMP's `guided`), so of 100 pages a slow one
//! holds up those of its chunk.
//! Caught by `a_slow_page_holds_up_nobody`: deadlock: nobody can go on.

use witness::sync::Mutex;
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let next = Mutex::new(0);
    let chunk = || {
        let mut next = next.lock().unwrap();
        let size = ((pages - *next) / (2 * at_once)).max(1);
        let begin = *next;
        *next = (begin + size).min(pages);
        begin..*next
    };
    let fetch = || {
        let mut fetched = Vec::new();
        loop {
            let pages = chunk();
            if pages.is_empty() {
                return fetched;
            }
            fetched.extend(pages.map(|page| (page, site.get(page))));
        }
    };
    let mut fetched: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(fetch)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    fetched.sort();
    fetched.into_iter().map(|(_, page)| page).collect()
}
