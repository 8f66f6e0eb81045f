//! Right: the thread raises a flag when it has found something, and hands that over at the join.

use witness::sync::Arc;
use witness::sync::atomic::{AtomicBool, Ordering};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let found = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&found);
    let searcher = thread::spawn(move || {
        let result = search();
        flag.store(true, Ordering::Release);
        result
    });
    while !found.load(Ordering::Acquire) {
        screen.draw();
    }
    screen.show(searcher.join().unwrap());
}
