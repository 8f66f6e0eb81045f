//! Wrong: it asks only after each 60 frames.
//! Caught by `it_asks_after_each_frame`: does it ask after each of them

use witness::sync::mpsc::{self, TryRecvError};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    let searcher = thread::spawn(move || sender.send(search()).unwrap());
    loop {
        match receiver.try_recv() {
            Ok(result) => {
                screen.show(result);
                break;
            }
            Err(TryRecvError::Empty) => {
                // A look at the channel in each frame costs too much.
                for _ in 0..60 {
                    screen.draw();
                }
            }
            Err(TryRecvError::Disconnected) => break,
        }
    }
    searcher.join().unwrap();
}
