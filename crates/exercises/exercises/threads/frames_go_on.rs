//! # The frames go on
//!
//! Chapter: threads/screen.md
//!
//! A program draws its screen, frame by frame, and searches for something meanwhile. Start
//! the search in a thread of its own. While it runs, however long that takes, draw frames
//! with `screen.draw()`, again and again. When its result has come, show that once with
//! `screen.show(result)`, and return. By then, you have joined the thread.
//!
//! The constraint: only the thread that calls may touch the screen. So it draws all frames and
//! shows the result, and it never waits for the search. It asks whether the result is there, and
//! draws the next frame if it isn't.

use witness::sync::mpsc::{self, TryRecvError};
use witness::thread;

pub fn search_and_draw(
    screen: &Screen,
    search: impl FnOnce() -> String + Send + 'static,
) {
    // TODO: The search in a thread, the frames here.
    let result = search();
    screen.draw();
    screen.show(result);
}

// ---- The checks. Leave them as they are. ----

pub use screen::Screen;

#[allow(clippy::disallowed_types)]
mod screen {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    use witness::sync::{Arc, Condvar, Mutex};
    use witness::{thread, who};

    /// A screen that remembers what it has shown.
    #[derive(Clone)]
    pub struct Screen(Arc<Inner>);

    struct Inner {
        frames: Mutex<usize>,
        drawn: Condvar,
        shown: Mutex<Vec<String>>,
        /// How many frames it had drawn when it has last shown a result.
        then: Mutex<Option<usize>>,
        searched: Mutex<Option<usize>>,
        /// How many frames it had drawn when the search has found something.
        found: Mutex<Option<usize>>,
        /// Whether another thread than the one that called has drawn or shown something.
        elsewhere: AtomicBool,
    }

    impl Screen {
        pub(super) fn new() -> Self {
            let (frames, shown) = (Mutex::new(0), Mutex::new(Vec::new()));
            let (searched, elsewhere) = (Mutex::new(None), AtomicBool::new(false));
            let (drawn, then, found) =
                (Condvar::new(), Mutex::new(None), Mutex::new(None));
            let inner = Inner { frames, drawn, shown, then, searched, found, elsewhere };
            Self(Arc::new(inner))
        }

        /// Draws a frame.
        pub fn draw(&self) {
            self.is_used();
            *self.0.frames.lock().unwrap() += 1;
            self.0.drawn.notify_all();
            thread::yield_now();
        }

        /// Shows the result.
        pub fn show(&self, result: String) {
            self.is_used();
            *self.0.then.lock().unwrap() = Some(*self.0.frames.lock().unwrap());
            self.0.shown.lock().unwrap().push(result);
        }

        fn is_used(&self) {
            self.0.elsewhere.fetch_or(who() != 0, SeqCst);
        }

        /// Whether another thread than the one that called has drawn or shown something.
        pub(super) fn was_used_elsewhere(&self) -> bool {
            self.0.elsewhere.load(SeqCst)
        }

        /// How many frames it has drawn, and the results it has shown.
        pub(super) fn seen(&self) -> (usize, Vec<String>) {
            (*self.0.frames.lock().unwrap(), self.0.shown.lock().unwrap().clone())
        }

        /// How many frames it has drawn since it has shown a result.
        pub(super) fn since_then(&self) -> usize {
            let then = *self.0.then.lock().unwrap();
            *self.0.frames.lock().unwrap() - then.unwrap_or_default()
        }

        /// How many frames it has drawn since the search has found something.
        pub(super) fn since_found(&self) -> usize {
            let found = *self.0.found.lock().unwrap();
            *self.0.frames.lock().unwrap() - found.unwrap_or_default()
        }

        /// At which frame the search has found what it looked for.
        pub(super) fn found(&self) -> usize {
            self.0.found.lock().unwrap().unwrap_or_default()
        }

        /// Which thread has searched.
        pub(super) fn searched(&self) -> Option<usize> {
            *self.0.searched.lock().unwrap()
        }

        /// A search that ends when some more frames were drawn; once it has begun, nothing
        /// but the frames brings it forward. This is what it finds.
        pub(super) fn search(
            &self,
            frames: usize,
            result: &str,
        ) -> impl FnOnce() -> String + Send + use<> {
            let Self(screen) = self.clone();
            let result = result.to_owned();
            move || {
                *screen.searched.lock().unwrap() = Some(who());
                let drawn = screen.frames.lock().unwrap();
                let until = *drawn + frames;
                let drawn =
                    screen.drawn.wait_while(drawn, |drawn| *drawn < until).unwrap();
                *screen.found.lock().unwrap() = Some(*drawn);
                drop(drawn);
                result
            }
        }
    }
}

fn main() {
    witness::for_real(|| {
        let screen = Screen::new();
        search_and_draw(&screen, screen.search(60, "found"));
        println!("frames and results: {:?}", screen.seen());
    });
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{Seen, roll_some, watch};

    /// What was shown, and how it went.
    fn run(frames: usize, result: &str) -> Seen<Vec<String>> {
        watch(move || {
            let screen = Screen::new();
            search_and_draw(&screen, screen.search(frames, result));
            screen.seen().1
        })
    }

    #[test]
    fn the_frames_go_on_while_it_searches() {
        // The search ends after three frames: who waits for it before drawing waits for ever.
        roll_some(300, || run(3, "found"));
    }

    #[test]
    fn the_result_is_shown_once() {
        for (frames, result) in [(1, "found"), (0, ""), (2, "no such word")] {
            roll_some(200, move || {
                assert_eq!(run(frames, result).value, [result], "what the screen showed");
            });
            roll_some(50, move || {
                let screen = Screen::new();
                search_and_draw(&screen, screen.search(frames, result));
                let since = screen.since_then();
                assert_eq!(since, 0, "frames that were drawn over the result");
            });
        }
    }

    #[test]
    fn a_search_of_any_length_is_drawn_to_its_end() {
        for frames in [30, 300, 3_000] {
            roll_some(3, move || {
                let shown = run(frames, "found").value;
                assert_eq!(shown, ["found"], "after a search of {frames} frames");
            });
        }
    }

    #[test]
    fn the_search_has_a_thread_and_leaves_none() {
        roll_some(300, || {
            let seen = run(0, "found");
            assert_eq!(seen.threads, 1, "threads for the search");
            assert_eq!(seen.unjoined, 0, "threads that nobody has joined");
        });
    }

    #[test]
    fn whoever_calls_does_not_search() {
        roll_some(50, || {
            let screen = Screen::new();
            search_and_draw(&screen, screen.search(1, "found"));
            let searched = screen.searched();
            assert!(searched.is_some(), "nobody has searched");
            assert!(
                searched != Some(0),
                "the thread that called has searched itself: it is to draw"
            );
        });
    }

    #[test]
    fn nobody_else_touches_the_screen() {
        roll_some(50, || {
            let screen = Screen::new();
            search_and_draw(&screen, screen.search(2, "found"));
            assert!(
                !screen.was_used_elsewhere(),
                "another thread than the one that called has drawn a frame, or shown the result"
            );
        });
    }

    #[test]
    fn it_asks_after_each_frame() {
        for frames in [7, 31, 40] {
            let late = roll_some(300, move || {
                let screen = Screen::new();
                search_and_draw(&screen, screen.search(frames, "found"));
                (screen.found() % 2, screen.since_found())
            });
            // Until its thread has ended, some more may be drawn. But not under every schedule.
            for parity in [0, 1] {
                // Those that were found at an odd frame, or at an even one.
                let of_these = late.results.iter().filter(|(found, _)| *found == parity);
                let least = of_these.map(|(_, late)| *late).min().unwrap_or(0);
                assert!(
                    least == 0,
                    "the result of a search was there after {frames} frames, and under every schedule at \
                 least {least} more were drawn: does it ask after each of them?"
                );
            }
        }
    }
}
