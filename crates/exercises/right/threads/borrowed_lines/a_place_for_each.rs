//! Right: each thread writes what it found into a variable of its own, and the scope joins both.

use std::cmp::Reverse;

use witness::thread;

/// The longest; of several, the first: `max_by_key` takes the last one, so it reads backwards.
fn longest_of<'a>(lines: impl DoubleEndedIterator<Item = &'a Line>) -> Option<&'a Line> {
    lines.rev().max_by_key(|line| line.length())
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    let (mut first, mut second) = (None, None);
    thread::scope(|scope| {
        scope.spawn(|| first = longest_of(left.iter()));
        scope.spawn(|| second = longest_of(right.iter()));
    });
    longest_of([first, second].into_iter().flatten())
}
