//! # Borrowed by two threads
//!
//! Chapter: threads/sharing.md
//!
//! Find the longest line of a text; if several are equally long, the first of them. Search both
//! halves of the text at once, each in a thread of its own. (`line.length()` is the length
//! of a line. If the number of lines is odd, one half has one line more.)
//!
//! The constraint: the lines stay where they are, and the answer is one of them. A `Line`
//! can't be cloned. The two threads ask for the lengths; the caller compares what they found.
//!
//! The code below says what is meant, but it doesn't compile. The compiler is right: nothing
//! here promises that the threads end before the text is gone.

use witness::thread;

/// The longest of these lines, the first of several; none of none.
fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    // TODO: Start these threads where they may borrow.
    let left = thread::spawn(move || longest_of(left));
    let right = thread::spawn(move || longest_of(right));
    // TODO: The longer one of the two. There may be none in a half.
    left.join().unwrap()
}

// ---- The checks. Leave them as they are. ----

pub use text::Line;

#[allow(clippy::disallowed_types)]
mod text {
    use std::fmt::{self, Debug, Formatter};
    use std::sync::{Arc, Mutex};

    use witness::Events;

    /// A line of a text, which notices who asks for its length.
    pub struct Line {
        text: String,
        asked: Mutex<Vec<usize>>,
        meeting: Option<Arc<Meeting>>,
    }

    /// Where the two threads wait for each other.
    struct Meeting {
        came: Mutex<Vec<usize>>,
        there: Events,
    }

    /// A text of these lines. Who asks for the length of one waits until two threads have asked.
    pub(super) fn where_two_meet(lines: &[&str]) -> Vec<Line> {
        let there = Events::new("threads that search");
        let meeting = Some(Arc::new(Meeting { came: Mutex::new(Vec::new()), there }));
        let line = |text: &&str| Line { meeting: meeting.clone(), ..Line::new(text) };
        lines.iter().map(line).collect()
    }

    impl Meeting {
        fn join(&self) {
            let first = {
                let mut came = self.came.lock().unwrap();
                let first = !came.contains(&witness::who());
                came.push(witness::who());
                first
            };
            if first {
                self.there.advance();
            }
            self.there.wait_for(2);
        }
    }

    impl Line {
        pub(super) fn new(text: &str) -> Self {
            Self { text: text.to_owned(), asked: Mutex::new(Vec::new()), meeting: None }
        }

        /// How many letters it has.
        pub fn length(&self) -> usize {
            self.asked.lock().unwrap().push(witness::who());
            if let Some(meeting) = self.meeting.as_ref().filter(|_| witness::who() != 0) {
                meeting.join();
            }
            self.text.chars().count()
        }

        /// Whether the caller has asked for its length.
        pub(super) fn caller_asked(&self) -> bool {
            self.asked.lock().unwrap().contains(&0)
        }

        /// Which threads have asked for its length, without the caller.
        pub(super) fn asked(&self) -> Vec<usize> {
            let mut asked = self.asked.lock().unwrap().clone();
            asked.retain(|thread| *thread != 0);
            asked.sort();
            asked.dedup();
            asked
        }
    }

    impl Debug for Line {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_tuple("Line").field(&self.text).finish()
        }
    }
}

fn text(lines: &[&str]) -> Vec<Line> {
    lines.iter().map(|line| Line::new(line)).collect()
}

fn main() {
    let lines = text(&["Out, out,", "brief candle!", "Life's but a", "walking shadow"]);
    println!("{:?}", longest(&lines));
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, explore_or_explain, for_real, watch};

    /// Where in `lines` the answer is.
    fn place(lines: &[&str]) -> Option<usize> {
        let lines = text(lines);
        let found = longest(&lines)?;
        lines.iter().position(|line| std::ptr::eq(line, found))
    }

    /// So many lines, of which these are the longest.
    fn lines(number: usize, longest: &[usize]) -> Vec<&'static str> {
        let short = ["a", "bb", "", "c"].into_iter().cycle();
        let line = |(place, short)| if longest.contains(&place) { "long" } else { short };
        short.take(number).enumerate().map(line).collect()
    }

    #[test]
    fn finds_the_longest_in_both_halves() {
        for number in 2..7 {
            for longest in 0..number {
                let lines = lines(number, &[longest]);
                let half = if longest < number / 2 { "first" } else { "second" };
                explore(move || {
                    let found = place(&lines);
                    assert_eq!(found, Some(longest), "in the {half} half of {lines:?}");
                });
            }
        }
        for long in [256, 65_536] {
            let long = "e".repeat(long);
            explore(move || {
                let found = place(&["bb", &long]);
                assert_eq!(found, Some(1), "the second line has {} letters", long.len());
            });
        }
        let found = for_real(|| place(&lines(9_000, &[8_999]))).value;
        assert_eq!(found, Some(8_999), "the last of 9,000 lines is the longest");
        let lines = ["\u{e9}t\u{e9}", "noon"];
        explore(move || {
            assert_eq!(place(&lines), Some(1), "a letter is a letter: {lines:?}")
        });
    }

    #[test]
    fn takes_the_first_of_several() {
        for number in 2..6 {
            for second in 1..number {
                for first in 0..second {
                    let lines = lines(number, &[first, second]);
                    explore(move || {
                        let found = place(&lines);
                        assert_eq!(found, Some(first), "two are as long: {lines:?}");
                    });
                }
            }
        }
    }

    #[test]
    fn a_half_may_be_empty() {
        explore(|| assert_eq!(place(&["a"]), Some(0), "of one line"));
        explore(|| assert_eq!(place(&[]), None, "of no line"));
        explore(|| assert_eq!(place(&["", ""]), Some(0), "of two empty lines"));
    }

    #[test]
    fn searches_both_halves_at_once() {
        for number in [2, 3, 8] {
            let seen =
                explore(move || watch(|| place(&lines(number, &[1]))).threads_at_once);
            let most = seen.most(|threads| *threads);
            assert_eq!(most, 2, "threads at once: one for each half, and neither waits");
        }
    }

    #[test]
    fn each_thread_searches_its_half() {
        for number in [4, 5, 6, 9] {
            explore(move || {
                let lines = text(&lines(number, &[1]));
                longest(&lines);
                let asked: Vec<_> = lines.iter().map(Line::asked).collect();
                let in_a_row: Vec<_> =
                    asked.chunk_by(|one, next| one == next).map(<[_]>::len).collect();
                let mut halves = in_a_row.clone();
                halves.sort();
                assert!(
                    halves == [number / 2, number.div_ceil(2)],
                    "each thread has asked for the length of so many of {number} lines, one \
                     behind the other: {in_a_row:?}. Is that a half? Which threads have asked \
                     which line: {asked:?}"
                );
            });
        }
    }

    #[test]
    fn the_caller_compares_what_they_found() {
        for number in [3, 4, 9, 40] {
            explore(move || {
                let lines = text(&lines(number, &[1]));
                longest(&lines);
                let asked = lines.iter().filter(|line| line.caller_asked()).count();
                assert!(
                    asked <= 2,
                    "the caller has asked for the length of {asked} of {number} lines; each of the \
                     two threads finds one"
                );
            });
        }
    }

    #[test]
    fn neither_half_waits_for_the_other() {
        let explanation = "here, whoever asks for a length waits until both threads have asked for \
            one. Why doesn't the other one? Does it wait for a lock?";
        for number in [4, 6, 9] {
            explore_or_explain(explanation, move || {
                let lines = text::where_two_meet(&lines(number, &[1]));
                assert!(longest(&lines).is_some(), "there are {number} lines");
            });
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&[Line]) -> Option<&Line> = longest;
}
