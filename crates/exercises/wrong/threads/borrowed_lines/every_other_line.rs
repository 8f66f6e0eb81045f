//! Wrong: each thread has as many lines as it should, but every other one, and no half of the text.
//! Caught by `each_thread_searches_its_half`: Is that a half?

use std::cmp::Reverse;

use witness::thread;

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let every_other = |first: usize| {
        let lines = lines.iter().enumerate().skip(first).step_by(2);
        lines.map(|(at, line)| (line.length(), Reverse(at))).max()
    };
    let both = thread::scope(|scope| {
        let even = scope.spawn(|| every_other(0));
        let odd = scope.spawn(|| every_other(1));
        [even.join().unwrap(), odd.join().unwrap()]
    });
    both.into_iter().max()?.map(|(_, Reverse(at))| &lines[at])
}
