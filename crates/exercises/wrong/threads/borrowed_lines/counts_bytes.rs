//! Wrong: the length of what is printed is a number of bytes.
//! Caught by `finds_the_longest_in_both_halves`: a letter is a letter

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<(usize, &Line)> {
    let lengths = lines.iter().map(|line| {
        line.length();
        (format!("{line:?}").len(), line)
    });
    lengths.reduce(|best, line| if line.0 > best.0 { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        let left = scope.spawn(|| longest_of(left));
        let right = scope.spawn(|| longest_of(right));
        match (left.join().unwrap(), right.join().unwrap()) {
            (Some(left), Some(right)) if right.0 > left.0 => Some(right.1),
            (left, right) => left.or(right).map(|(_, line)| line),
        }
    })
}
