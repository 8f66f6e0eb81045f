//! Wrong: safe, and what people tried first. But the owner pays for an atomic change at each
//! step, also for objects that nobody else ever sees.
//! Caught by `the_owner_needs_no_atomic_change`: both read and wrote an atomic

use witness::sync::Arc;
use witness::sync::atomic::{AtomicI64, Ordering};
use witness::thread;

struct Counts {
    local: Plain,
    shared: Shared,
}

impl Counts {
    pub fn new() -> Self {
        Self { local: Plain::new(0), shared: Shared::new(1) }
    }

    pub fn owner_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn owner_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}
