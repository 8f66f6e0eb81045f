//! Wrong: each side counts, and then looks whether the other side has any. Two looks are not
//! one: both may find nothing and free it.
//! Caught by `the_owner_and_another_one_drop_at_once`: the object is freed a second time
//! Caught by `several_threads_drop_at_once`: the object is freed a second time
//! Caught by `the_others_leave_the_plain_number_alone`: a data race

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
        left == 0 && self.shared.load(Ordering::Acquire) == 0
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1 && self.local.get() == 0
    }
}
