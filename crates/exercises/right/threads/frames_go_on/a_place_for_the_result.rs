//! Right: the thread puts its result behind a lock, and each frame looks whether it is there.

use witness::sync::{Arc, Mutex};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let result = Arc::new(Mutex::new(None));
    let theirs = Arc::clone(&result);
    let searcher = thread::spawn(move || {
        let found = search();
        *theirs.lock().unwrap() = Some(found);
    });
    loop {
        let found = result.lock().unwrap().take();
        match found {
            Some(found) => break screen.show(found),
            None => screen.draw(),
        }
    }
    searcher.join().unwrap();
}
