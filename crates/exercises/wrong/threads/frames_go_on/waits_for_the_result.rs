//! Wrong: a thread, a channel, and then it waits for the message as if there was no thread.
//! Caught by `the_frames_go_on_while_it_searches`: deadlock: nobody can go on

use witness::sync::mpsc;
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    let searcher = thread::spawn(move || sender.send(search()).unwrap());
    screen.draw();
    let result = receiver.recv().unwrap();
    searcher.join().unwrap();
    screen.show(result);
}
