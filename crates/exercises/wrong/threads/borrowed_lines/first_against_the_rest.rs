//! Wrong: two threads, one of which gets the first line, and the other one all the rest.
//! Caught by `each_thread_searches_its_half`: each thread has asked for the length

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len().min(1));
    thread::scope(|scope| {
        let left = scope.spawn(|| longest_of(left));
        let right = scope.spawn(|| longest_of(right));
        match (left.join().unwrap(), right.join().unwrap()) {
            (Some(left), Some(right)) if right.length() > left.length() => Some(right),
            (left, right) => left.or(right),
        }
    })
}
