//! An object, its references, and what becomes of it.

use std::hint;

use crate::crowd::at_once;
use crate::slab::Slab;

/// Counts references.
pub trait Count: Sync {
    /// A count that begins at `references`.
    fn new(references: i64) -> Self;

    /// Counts one reference more.
    fn acquire(&self);

    /// Counts one reference less; returns whether that was the last one.
    fn release(&self) -> bool;
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// The object was freed when its last reference was dropped.
    Freed,
    /// All references were dropped, and the object is still there.
    Leaked,
    /// The object was freed while there was still a reference to it.
    FreedInUse,
}

/// Lets `threads` threads share an object that has an owner. Each of them takes a reference,
/// looks at the object and drops the reference again, `times` times; at last the owner drops
/// its own reference. Returns what became of the object.
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

/// Counts references like [`share`], but without an object, so that a clock measures nothing
/// else: each of `threads` threads takes a reference and drops it again, `times` times. Returns
/// how often the dropped reference was taken for the last one. That is 0 when no update is
/// lost, since the owner keeps its own reference.
pub fn count<C: Count>(threads: usize, times: u64) -> u64 {
    let count = C::new(1);
    let last = at_once(threads, || {
        let last = (0..times).map(|_| {
            // `black_box` keeps the compiler from leaving the two calls out.
            hint::black_box(&count).acquire();
            u64::from(hint::black_box(&count).release())
        });
        last.sum::<u64>()
    });
    last.into_iter().sum()
}
