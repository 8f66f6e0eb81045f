//! Right: when the owner drops its last reference and `shared` is 1, nobody else has one, and nobody
//! can come to have one. Then it need not count down.

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
        if self.shared.load(Ordering::Acquire) == 1 {
            return true;
        }
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}
