//! References counted by load and store.

use super::{Count, Fate};
use crate::crowd::at_once;
use crate::slab::Slab;
use crate::sync::Barrier;
use crate::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// A count that loses updates.
#[derive(Debug)]
pub struct Counter(AtomicI64);

// ANCHOR: counter
impl Counter {
    /// Adds `change` to the count by a load and a store, and calls `meanwhile` in between:
    /// what others add then is lost. Returns what was loaded.
    fn change(&self, change: i64, meanwhile: impl FnOnce()) -> i64 {
        let seen = self.0.load(Relaxed);
        meanwhile();
        self.0.store(seen + change, Relaxed);
        seen
    }
}

impl Count for Counter {
    fn new(references: i64) -> Self {
        Self(AtomicI64::new(references))
    }

    fn acquire(&self) {
        self.change(1, || {});
    }

    fn release(&self) -> bool {
        self.change(-1, || {}) == 1
    }
}
// ANCHOR_END: counter

/// Two threads drop the last two references, and neither writes before both have read. Each
/// believes that the other reference is still there, so nobody frees the object. Returns
/// [`Fate::Leaked`], always.
// ANCHOR: leak
pub fn forced_leak() -> Fate {
    let slab = Slab::new();
    let key = slab.insert("an object");
    let count = Counter::new(2);
    let both_have_read = Barrier::new(2);
    at_once(2, || {
        let seen = count.change(-1, || {
            both_have_read.wait();
        });
        if seen == 1 {
            slab.remove(key);
        }
    });
    if slab.is_empty() { Fate::Freed } else { Fate::Leaked }
}
// ANCHOR_END: leak

/// Two threads take a reference each, and neither writes before both have read, so only one of
/// the two is counted. When both are dropped, the count is 0 and the object is freed, although
/// its owner still has the first reference. Returns [`Fate::FreedInUse`], always.
// ANCHOR: early
pub fn forced_early_free() -> Fate {
    let slab = Slab::new();
    let key = slab.insert("an object");
    let count = Counter::new(1);
    let both_have_read = Barrier::new(2);
    at_once(2, || {
        count.change(1, || {
            both_have_read.wait();
        });
    });
    for _ in 0..2 {
        if count.release() {
            slab.remove(key);
        }
    }
    if slab.get(key).is_none() { Fate::FreedInUse } else { Fate::Freed }
}
// ANCHOR_END: early
