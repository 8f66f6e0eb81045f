//! Wrong: it shows each time what it has, and nobody waits for the end of the thread.
//! Caught by `the_result_is_shown_once`: what the screen showed
//! Caught by `the_search_has_a_thread_and_leaves_none`: threads that nobody has joined

use witness::sync::mpsc::{self, TryRecvError};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(search()));
    loop {
        match receiver.try_recv() {
            Ok(result) => screen.show(result),
            Err(TryRecvError::Empty) => {
                screen.draw();
                screen.show("searching …".into());
            }
            Err(TryRecvError::Disconnected) => return,
        }
    }
}
