//! Wrong: it draws some thousands of frames, and then waits.
//! Caught by `a_search_of_any_length_is_drawn_to_its_end`: nobody can go on

use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let search = thread::spawn(search);
    for _ in 0..2_600 {
        if search.is_finished() {
            break;
        }
        screen.draw();
    }
    screen.show(search.join().unwrap());
}
