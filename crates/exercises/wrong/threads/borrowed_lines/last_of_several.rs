//! Wrong: `max_by_key` takes the last one of several that are as long.
//! Caught by `takes_the_first_of_several`: two are as long

use witness::thread;

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    thread::scope(|scope| {
        let halves = [left, right].map(|half| {
            scope.spawn(move || half.iter().max_by_key(|line| line.length()))
        });
        let best = halves.into_iter().filter_map(|half| half.join().unwrap());
        best.max_by_key(|line| line.length())
    })
}
