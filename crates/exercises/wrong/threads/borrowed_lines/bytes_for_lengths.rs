//! Wrong: lengths are kept in a byte, so a line of 256 letters counts as an empty one.
//! Caught by `finds_the_longest_in_both_halves`: the second line has

use witness::thread;

fn longest_of(lines: &[Line]) -> Option<(&Line, u8)> {
    let lengths: Vec<u8> = lines.iter().map(|line| line.length() as u8).collect();
    let most = *lengths.iter().max()?;
    let place = lengths.iter().position(|length| *length == most)?;
    Some((&lines[place], most))
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        let left = scope.spawn(|| longest_of(left));
        let right = scope.spawn(|| longest_of(right));
        match (left.join().unwrap(), right.join().unwrap()) {
            (Some((_, l)), Some((right, r))) if r > l => Some(right),
            (left, right) => left.or(right).map(|(line, _)| line),
        }
    })
}
