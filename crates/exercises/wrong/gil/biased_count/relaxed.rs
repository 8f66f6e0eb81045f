//! Wrong: the counts are right with `Relaxed`, too. But it says nothing about the object: what
//! the others did with it may come after it was freed.
//! Caught by `whoever_frees_comes_after_all_others`: data race

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
        left == 0 && self.other_drops()
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::Relaxed) == 1
    }
}
