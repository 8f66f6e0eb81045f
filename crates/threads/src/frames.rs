//! A program with a screen draws it sixty times a second. Work that keeps the drawing
//! thread busy freezes the screen.
//!
//! [`draw`] is the drawing thread of such a program, without the screen. When the user
//! clicks a button, some work starts; where that work runs decides how long the longest gap
//! between two frames is.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The time between two frames at 60 frames a second.
pub const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// What the user saw.
#[derive(Debug)]
pub struct Seen<T> {
    /// What the work returned.
    pub result: T,
    /// How many frames were drawn until the result was on the screen.
    pub drawn: u32,
    /// How many frames should have been drawn in that time and weren't.
    pub missed: u32,
    /// The longest time between two frames.
    pub longest_stall: Duration,
}

/// Work that was started by a click.
// ANCHOR: work
pub enum Work<T> {
    /// The work ran at once and is done.
    Done(T),
    /// The work runs in this thread.
    Running(JoinHandle<T>),
}

/// Does the work where the click was handled: in the drawing thread.
pub fn inline<T>(work: impl FnOnce() -> T) -> Work<T> {
    Work::Done(work())
}

/// Starts a thread that does the work; panics when the system has none to spare.
pub fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Work<T> {
    Work::Running(thread::spawn(work))
}
// ANCHOR_END: work

impl<T> Work<T> {
    /// Returns the result, or the work itself if it is still running. Never waits.
    ///
    /// # Panics
    ///
    /// When the work panicked.
    // ANCHOR: try_join
    pub fn try_join(self) -> Result<T, Self> {
        match self {
            Self::Done(result) => Ok(result),
            Self::Running(thread) if thread.is_finished() => {
                Ok(thread.join().expect("the work doesn't panic"))
            }
            running => Err(running),
        }
    }
    // ANCHOR_END: try_join
}

/// Draws `frames` frames; then the user clicks, which calls `start`. Goes on drawing until
/// the result of the work has been drawn, and returns what the user saw.
///
/// # Panics
///
/// When the work panicked.
// ANCHOR: draw
pub fn draw<T>(frames: u32, start: impl FnOnce() -> Work<T>) -> Seen<T> {
    let mut screen = Screen::new();
    for _ in 0..frames {
        screen.next_frame();
    }
    let mut work = start();
    loop {
        let result = work.try_join();
        screen.next_frame();
        match result {
            Ok(result) => return screen.seen(result),
            Err(running) => work = running,
        }
    }
}
// ANCHOR_END: draw

/// A screen that shows a frame at every tick of a clock, or misses it.
struct Screen {
    on: Instant,
    last_frame: Instant,
    ticks: u32,
    drawn: u32,
    longest_stall: Duration,
}

impl Screen {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            on: now,
            last_frame: now,
            ticks: 0,
            drawn: 0,
            longest_stall: Duration::ZERO,
        }
    }

    /// Sleeps until the next tick and draws.
    fn next_frame(&mut self) {
        let on = self.on.elapsed();
        // The next tick. If a sleep ended a little early, that would be the last one again.
        self.ticks = ((on.as_nanos() / FRAME.as_nanos()) as u32 + 1).max(self.ticks + 1);
        thread::sleep((FRAME * self.ticks).saturating_sub(on));
        self.drawn += 1;
        self.longest_stall = self.longest_stall.max(self.last_frame.elapsed());
        self.last_frame = Instant::now();
    }

    fn seen<T>(self, result: T) -> Seen<T> {
        Seen {
            result,
            drawn: self.drawn,
            missed: self.ticks - self.drawn,
            longest_stall: self.longest_stall,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_result_is_drawn_in_the_frame_after() {
        let seen = draw(3, || inline(|| 42));
        assert_eq!((seen.result, seen.drawn), (42, 4));
    }

    #[test]
    fn work_inline_stalls_the_screen_for_as_long_as_it_takes() {
        let long = FRAME * 5;
        let seen = draw(2, || inline(|| thread::sleep(long)));
        assert!(seen.longest_stall >= long, "{seen:?}");
        assert!(seen.missed >= 4, "{seen:?}");
    }

    #[test]
    fn asking_for_a_result_never_waits_for_it() {
        let (finish, finished) = mpsc::channel::<()>();
        let mut work = in_thread(move || finished.recv().is_ok());
        for _ in 0..3 {
            work = work.try_join().expect_err("nobody has let it finish");
        }
        finish.send(()).unwrap();
        assert!(draw(1, || work).result);
    }
}
