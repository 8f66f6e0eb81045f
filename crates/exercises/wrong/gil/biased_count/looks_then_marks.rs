//! Wrong: the owner looks at `shared` and then marks it, in two steps. Whoever drops the last
//! reference in between sees no mark, and the object is never freed.
//! Caught by `several_threads_drop_at_once`: how often it was freed
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
        Self { local: Plain::new(1), shared: Shared::new(0) }
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
        if self.shared.load(Ordering::Acquire) == 0 {
            return true;
        }
        // Far above any count: from now on the others decide.
        self.shared.fetch_add(1 << 32, Ordering::AcqRel);
        false
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) - 1 == 1 << 32
    }
}
