//! An object, its references, and what becomes of it.

use std::hint;

use crate::crowd::at_once;
use crate::slab::Slab;

/// Counts references.
pub trait Count: Sync {
    /// So many references.
    fn new(references: i64) -> Self;

    /// One more.
    fn acquire(&self);

    /// One less. Says whether that was the last one.
    fn release(&self) -> bool;
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It was freed when its last reference was dropped.
    Freed,
    /// All references were dropped, and it is still there.
    Leaked,
    /// It had gone while there was still a reference to it.
    FreedInUse,
}

/// An object has an owner. Each of `threads` takes a reference, looks at the object and drops
/// the reference again, `times` times; then the owner does, for good.
// ANCHOR: share
pub fn share<C: Count>(threads: usize, times: u64) -> Fate {
    let slab = Slab::new();
    let key = slab.insert("an object");
    let count = C::new(1);

    let missed = at_once(threads, || {
        let mut missed = 0;
        for _ in 0..times {
            count.acquire();
            missed += u64::from(slab.get(key).is_none());
            if count.release() {
                slab.remove(key);
            }
        }
        missed
    });
    let missed_by_owner = slab.get(key).is_none();
    if count.release() {
        slab.remove(key);
    }

    if missed_by_owner || missed.into_iter().sum::<u64>() > 0 {
        Fate::FreedInUse
    } else if slab.is_empty() {
        Fate::Freed
    } else {
        Fate::Leaked
    }
}
// ANCHOR_END: share

/// The same without an object and its place, for a clock: each of `threads` takes a reference and drops it
/// again, `times` times. Returns how often one was taken for the last; never, when none was lost, since the
/// owner keeps its own.
pub fn count<C: Count>(threads: usize, times: u64) -> u64 {
    let count = C::new(1);
    let last = at_once(threads, || {
        let last = (0..times).map(|_| {
            // So that both really happen.
            hint::black_box(&count).acquire();
            u64::from(hint::black_box(&count).release())
        });
        last.sum::<u64>()
    });
    last.into_iter().sum()
}
