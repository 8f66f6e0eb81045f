//! Right: the pages that are left lie behind a lock, which nobody holds while they wait for one.

use witness::sync::Mutex;
use witness::thread;

pub fn fetch_all(site: &Site, pages: usize, at_once: usize) -> Vec<String> {
    let fetched = Mutex::new(vec![None; pages]);
    let left = Mutex::new((0..pages).collect::<Vec<_>>());
    let next = || left.lock().unwrap().pop();
    thread::scope(|scope| {
        for _ in 0..at_once.min(pages) {
            scope.spawn(|| {
                while let Some(page) = next() {
                    let text = site.get(page);
                    fetched.lock().unwrap()[page] = Some(text);
                }
            });
        }
    });
    fetched.into_inner().unwrap().into_iter().flatten().collect()
}
