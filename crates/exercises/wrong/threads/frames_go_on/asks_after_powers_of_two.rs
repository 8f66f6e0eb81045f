//! Wrong: it asks after 1, 2, 4, 8, … frames, so a result that is there after 33 frames is shown
//! after 64.
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
    let mut frames: usize = 0;
    let result = loop {
        if (frames == 0 || frames.is_power_of_two())
            && let Ok(result) = receiver.try_recv()
        {
            break result;
        }
        screen.draw();
        frames += 1;
    };
    searcher.join().expect("it has sent its result");
    screen.show(result);
}
