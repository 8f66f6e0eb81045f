//! Wrong: the thread draws, and the one that called searches. Where a screen belongs to the thread
//! that has opened it, that doesn't work.
//! Caught by `whoever_calls_does_not_search`: the thread that called has searched itself

use witness::sync::Arc;
use witness::sync::atomic::{AtomicBool, Ordering::SeqCst};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let found = Arc::new(AtomicBool::new(false));
    let drawer = {
        let (screen, found) = (screen.clone(), Arc::clone(&found));
        thread::spawn(move || {
            while !found.load(SeqCst) {
                screen.draw();
            }
        })
    };
    let result = search();
    found.store(true, SeqCst);
    drawer.join().unwrap();
    screen.show(result);
}
