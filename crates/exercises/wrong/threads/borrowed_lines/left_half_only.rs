//! Wrong: it compiles now, and forgets what the second thread has found. With one line, the
//! first half is empty.
//! Caught by `finds_the_longest_in_both_halves`: in the second half
//! Caught by `a_half_may_be_empty`: of one line

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        let left = scope.spawn(|| longest_of(left));
        let right = scope.spawn(|| longest_of(right));
        left.join().unwrap()
    })
}
