//! Wrong: it draws a hundred frames, and whatever takes longer is waited for.
//! Caught by `a_search_of_any_length_is_drawn_to_its_end`: deadlock: nobody can go on

use witness::sync::mpsc;
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    let searcher = thread::spawn(move || sender.send(search()).unwrap());
    for _ in 0..100 {
        screen.draw();
    }
    screen.show(receiver.recv().unwrap());
    searcher.join().unwrap();
}
