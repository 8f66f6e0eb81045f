//! Wrong: two threads search, and then the caller does it once more.
//! Caught by `the_caller_compares_what_they_found`: the caller has asked for the length

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        scope.spawn(|| longest_of(left));
        scope.spawn(|| longest_of(right));
    });
    longest_of(lines)
}
