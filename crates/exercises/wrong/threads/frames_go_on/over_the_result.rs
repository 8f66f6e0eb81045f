//! Wrong: it shows the result, and draws the next frame over it.
//! Caught by `the_result_is_shown_once`: frames that were drawn over the result

use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let mut search = Some(thread::spawn(search));
    while search.is_some() {
        if let Some(ended) = search.take_if(|search| search.is_finished()) {
            screen.show(ended.join().unwrap());
        }
        screen.draw();
    }
}
