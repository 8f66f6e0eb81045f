//! # Borrowed by two threads
//!
//! Chapter: threads/sharing.md
//!
//! Find the longest line of a text; of several that are as long, the first. Search both
//! halves of the text at once, in a thread of its own each.
//!
//! The constraint: the lines stay where they are, and the answer is one of them. A `Line`
//! can't be cloned. (`line.length()` is its length.)
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

/// A line of a text.
#[derive(Debug)]
pub struct Line(String);

impl Line {
    /// How many letters it has.
    pub fn length(&self) -> usize {
        self.0.chars().count()
    }
}

fn text(lines: &[&str]) -> Vec<Line> {
    lines.iter().map(|line| Line(line.to_string())).collect()
}

fn main() {
    let lines = text(&["Out, out,", "brief candle!", "Life's but a", "walking shadow"]);
    println!("{:?}", longest(&lines));
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, watch};

    /// Where in `lines` the answer is.
    fn place(lines: &[&str]) -> Option<usize> {
        let lines = text(lines);
        let found = longest(&lines)?;
        lines.iter().position(|line| std::ptr::eq(line, found))
    }

    #[test]
    fn finds_the_longest_in_both_halves() {
        explore(|| {
            assert_eq!(place(&["a", "bbb", "cc", "d"]), Some(1), "in the first half")
        });
        explore(|| {
            assert_eq!(place(&["a", "bb", "cc", "ddd"]), Some(3), "in the second half")
        });
    }

    #[test]
    fn takes_the_first_of_several() {
        explore(|| assert_eq!(place(&["a", "bb", "cc"]), Some(1), "two are as long"));
        explore(|| {
            assert_eq!(place(&["bb", "aa"]), Some(0), "one in each half, as long")
        });
    }

    #[test]
    fn a_half_may_be_empty() {
        explore(|| assert_eq!(place(&["a"]), Some(0), "of one line"));
        explore(|| assert_eq!(place(&[]), None, "of no line"));
    }

    #[test]
    fn searches_both_halves_at_once() {
        let seen = explore(|| watch(|| place(&["a", "b"])).threads_at_once);
        let most = seen.most(|threads| *threads);
        assert_eq!(most, 2, "threads at once: one for each half, and neither waits");
    }
}
