//! Wrong: the owner takes its reference out of `shared` with a load and a store. Whoever drops one
//! in between is overwritten.
//! Caught by `the_owner_and_another_one_drop_at_once`: how often it was freed

use witness::sync::Arc;
use witness::sync::atomic::{AtomicI64, Ordering};
use witness::thread;

struct Counts {
    local: Plain,
    shared: Shared,
}

impl Counts {
    pub fn new() -> Self {
        Self { local: Plain::new(1), shared: Shared::new(1) }
    }

    pub fn owner_adds(&self) {
        self.local.set(self.local.get() + 1);
    }

    pub fn owner_drops(&self) -> bool {
        let left = self.local.get() - 1;
        self.local.set(left);
        if left > 0 {
            return false;
        }
        let shared = self.shared.load(Ordering::Acquire) - 1;
        self.shared.store(shared, Ordering::Release);
        shared == 0
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}
