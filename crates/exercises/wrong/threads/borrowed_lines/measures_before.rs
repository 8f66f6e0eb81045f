//! Wrong: the caller asks every line for its length, and the threads compare numbers.
//! Caught by `each_thread_searches_its_half`: each thread has asked for the length

use witness::thread;

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let lengths: Vec<usize> = lines.iter().map(Line::length).collect();
    let (left, right) = lengths.split_at(lengths.len() / 2);
    let best = |part: &[usize], from: usize| {
        let places = part.iter().enumerate().rev();
        places
            .max_by_key(|(_, length)| **length)
            .map(|(place, length)| (from + place, *length))
    };
    let (left, right) = thread::scope(|scope| {
        let threads =
            [scope.spawn(|| best(left, 0)), scope.spawn(|| best(right, left.len()))];
        threads.map(|thread| thread.join().unwrap()).into()
    });
    let place = match (left, right) {
        (Some((_, longest)), Some((place, length))) if length > longest => place,
        (left, right) => left.or(right)?.0,
    };
    Some(&lines[place])
}
