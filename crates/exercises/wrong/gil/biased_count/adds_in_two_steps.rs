//! Wrong: whoever adds has a reference, so the object can't vanish meanwhile, and a load and a store seem
//! to do. But another one may add or drop in between, and that is overwritten.
//! Caught by `others_add_at_once`: how often it was freed

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
        let shared = self.shared.load(Ordering::Relaxed);
        self.shared.store(shared + 1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}
