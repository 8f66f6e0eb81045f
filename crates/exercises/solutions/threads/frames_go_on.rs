//! # The frames go on
//!
//! Chapter: threads/screen.md
//!
//! Why: `try_recv` says at once whether a message has come, so the loop draws a frame in each
//! round and never stands still. `recv` and `join` say the same, and wait until there is
//! something to say. When the result is there, the search has nothing left to do but to end.
//! Only then does the loop join its thread, and that takes no time worth a frame.

use witness::sync::mpsc::{self, TryRecvError};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel();
    let searcher =
        thread::spawn(move || sender.send(search()).expect("somebody listens"));
    let result = loop {
        match receiver.try_recv() {
            Ok(result) => break result,
            Err(TryRecvError::Empty) => screen.draw(),
            Err(TryRecvError::Disconnected) => panic!("the search has panicked"),
        }
    };
    searcher.join().expect("it has sent its result");
    screen.show(result);
}

// ---- The checks. Leave them as they are. ----

pub use screen::Screen;

mod screen {
    use witness::sync::{Arc, Condvar, Mutex};
    use witness::thread;

    /// A screen that remembers what it has shown.
    #[derive(Clone)]
    pub struct Screen(Arc<Inner>);

    struct Inner {
        frames: Mutex<usize>,
        drawn: Condvar,
        shown: Mutex<Vec<String>>,
    }

    impl Screen {
        pub(super) fn new() -> Self {
            let (frames, shown) = (Mutex::new(0), Mutex::new(Vec::new()));
            Self(Arc::new(Inner { frames, drawn: Condvar::new(), shown }))
        }

        /// Draws a frame.
        pub fn draw(&self) {
            *self.0.frames.lock().unwrap() += 1;
            self.0.drawn.notify_all();
            thread::yield_now();
        }

        /// Shows the result.
        pub fn show(&self, result: String) {
            self.0.shown.lock().unwrap().push(result);
        }

        /// How many frames it has drawn, and the results it has shown.
        pub(super) fn seen(&self) -> (usize, Vec<String>) {
            (*self.0.frames.lock().unwrap(), self.0.shown.lock().unwrap().clone())
        }

        /// A search that ends when some more frames were drawn; once it has begun, nothing
        /// but the frames brings it forward.
        pub(super) fn search(
            &self,
            frames: usize,
        ) -> impl FnOnce() -> String + Send + use<> {
            let Self(screen) = self.clone();
            move || {
                let drawn = screen.frames.lock().unwrap();
                let until = *drawn + frames;
                drop(screen.drawn.wait_while(drawn, |drawn| *drawn < until).unwrap());
                "found".into()
            }
        }
    }
}

fn main() {
    witness::for_real(|| {
        let screen = Screen::new();
        search_and_draw(&screen, screen.search(60));
        println!("frames and results: {:?}", screen.seen());
    });
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{Seen, roll, watch};

    /// What was shown, and how it went.
    fn run(frames: usize) -> Seen<Vec<String>> {
        watch(move || {
            let screen = Screen::new();
            search_and_draw(&screen, screen.search(frames));
            screen.seen().1
        })
    }

    #[test]
    fn the_frames_go_on_while_it_searches() {
        // The search ends after three frames: who waits for it before drawing waits for ever.
        roll(|| run(3));
    }

    #[test]
    fn the_result_is_shown_once() {
        roll(|| assert_eq!(run(1).value, ["found"], "what the screen showed"));
    }

    #[test]
    fn a_search_of_any_length_is_drawn_to_its_end() {
        roll(|| assert_eq!(run(30).value, ["found"], "after a search of thirty frames"));
    }

    #[test]
    fn the_search_has_a_thread_and_leaves_none() {
        roll(|| {
            let seen = run(0);
            assert_eq!(seen.threads, 1, "threads for the search");
            assert_eq!(seen.unjoined, 0, "threads that nobody has joined");
        });
    }
}
