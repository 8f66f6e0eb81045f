//! Right: it asks the thread itself whether it has ended, and joins it then.

use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    thread::scope(|scope| {
        let searcher = scope.spawn(search);
        while !searcher.is_finished() {
            screen.draw();
        }
        screen.show(searcher.join().unwrap());
    });
}
