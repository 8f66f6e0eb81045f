//! Wrong: the lock of the results is held while one searches, so one half comes after the other.
//! Caught by `neither_half_waits_for_the_other`: Does it wait for a lock

use witness::sync::Mutex;
use witness::thread;

fn longest_of(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .reduce(|best, line| if line.length() > best.length() { line } else { best })
}

pub fn longest(lines: &[Line]) -> Option<&Line> {
    let (left, right) = lines.split_at(lines.len() / 2);
    let found: Mutex<(Option<&Line>, Option<&Line>)> = Mutex::new((None, None));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut found = found.lock().unwrap();
            found.0 = longest_of(left);
        });
        scope.spawn(|| {
            let mut found = found.lock().unwrap();
            found.1 = longest_of(right);
        });
    });
    let found = found.lock().unwrap();
    match *found {
        (Some(left), Some(right)) if right.length() > left.length() => Some(right),
        (None, right) => right,
        (left, _) => left,
    }
}
