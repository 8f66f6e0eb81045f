//! Wrong: it draws a few frames, which are enough for a short search, and waits then.
//! Caught by `a_search_of_any_length_is_drawn_to_its_end`: deadlock: nobody can go on

use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let searcher = thread::spawn(search);
    for _ in 0..10 {
        thread::yield_now();
        screen.draw();
    }
    screen.show(searcher.join().unwrap());
}
