//! Wrong: it borrows as it should, and joins the first thread before it starts the second.
//! Caught by `searches_both_halves_at_once`: one for each half, and neither waits

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        let left = scope.spawn(|| longest_of(left)).join().unwrap();
        let right = scope.spawn(|| longest_of(right)).join().unwrap();
        match (left, right) {
            (Some(left), Some(right)) if right.length() > left.length() => Some(right),
            (left, right) => left.or(right),
        }
    })
}
