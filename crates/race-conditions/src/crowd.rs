//! Several threads that do the same at once.

use std::hint;

use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::thread;

/// Lets so many `threads` do the same, all at once; returns what each of them returned.
///
/// Each begins when it has started, and to start one takes a while. So what takes less than
/// that is done before the next one begins; [`together`] lets them wait for each other first.
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

/// How often a thread looks whether the others are there before it lets somebody else have
/// its core.
const LOOKS: u32 = 10_000;

/// The same, but none of the `threads` begins before all of them have started.
///
/// They wait in a loop, since to wake a sleeping thread takes as long as to start one, and
/// whoever is woken last would be late again.
///
/// # Panics
///
/// When one of them does.
// ANCHOR: together
pub(crate) fn together<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let here = AtomicUsize::new(0);
    at_once(threads, || {
        here.fetch_add(1, SeqCst);
        let mut looks = 0;
        while here.load(SeqCst) < threads {
            looks += 1;
            if looks < LOOKS { hint::spin_loop() } else { thread::yield_now() }
        }
        work()
    })
}
// ANCHOR_END: together
