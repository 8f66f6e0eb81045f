//! Wrong: the owner's own references are counted in a byte.
//! Caught by `many_references_are_counted_as_well`: whether it is freed

use witness::sync::atomic::Ordering;

struct Counts {
    local: Plain,
    shared: Shared,
}

impl Counts {
    pub fn new() -> Self {
        Self { local: Plain::new(1), shared: Shared::new(1) }
    }

    pub fn owner_adds(&self) {
        let local = self.local.get() as u8;
        self.local.set(local.wrapping_add(1).into());
    }

    pub fn owner_drops(&self) -> bool {
        let local = (self.local.get() as u8).wrapping_sub(1);
        self.local.set(local.into());
        local == 0 && self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}
