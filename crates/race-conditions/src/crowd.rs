//! Several threads that do the same at once.

use std::hint;

use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::thread;

/// Does `work` in each of `threads` threads, all at once; returns what each of them returned.
///
/// Each thread begins as soon as it has started, and starting one takes a while. So work that
/// takes less than that is done before the next thread begins; [`together`] makes the threads
/// wait for each other first.
///
/// # Panics
///
/// When one of the threads panics.
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

/// Does `work` like [`at_once`], but none of the threads begins before all of them have started.
///
/// They wait in a loop: waking a sleeping thread takes about as long as starting one, so
/// whichever thread is woken last would be late again.
///
/// # Panics
///
/// When one of the threads panics.
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
