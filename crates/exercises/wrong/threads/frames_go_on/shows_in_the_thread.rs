//! Wrong: the thread that has searched shows what it has found, while another one draws.
//! Caught by `nobody_else_touches_the_screen`: another thread than the one that called

use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let theirs = screen.clone();
    let searcher = thread::spawn(move || theirs.show(search()));
    while !searcher.is_finished() {
        screen.draw();
    }
    searcher.join().unwrap();
}
