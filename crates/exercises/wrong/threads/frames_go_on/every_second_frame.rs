//! Wrong: it asks after every second frame only.
//! Caught by `it_asks_after_each_frame`: the result of a search was there after

use witness::sync::mpsc;
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    let searcher =
        thread::spawn(move || sender.send(search()).expect("somebody listens"));
    let result = loop {
        if let Ok(result) = receiver.try_recv() {
            break result;
        }
        // Two buffers.
        screen.draw();
        screen.draw();
    };
    searcher.join().expect("it has sent its result");
    screen.show(result);
}
