//! Several threads that do the same at once.

use crate::sync::thread;

/// Lets so many `threads` do the same, all at once; returns what each of them returned.
///
/// # Panics
///
/// When one of them does.
// ANCHOR: at_once
pub(crate) fn at_once<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let mut crowd = Vec::new();
        for _ in 0..threads {
            crowd.push(scope.spawn(&work));
        }
        let done = crowd.into_iter().map(|thread| thread.join().expect("no panic"));
        done.collect()
    })
}
// ANCHOR_END: at_once
