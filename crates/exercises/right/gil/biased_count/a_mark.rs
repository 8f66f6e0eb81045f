//! Right: as Python does it, `shared` has a mark, far above any count: as long as it is there, the
//! owner has references left. Exchanged in a loop, the count and the mark change in one step.

use witness::sync::Arc;
use witness::sync::atomic::{AtomicI64, Ordering};
use witness::thread;

const OWNED: i64 = 1 << 40;

struct Counts {
    local: Plain,
    shared: Shared,
}

impl Counts {
    pub fn new() -> Self {
        Self { local: Plain::new(1), shared: Shared::new(OWNED) }
    }

    fn takes(&self, number: i64) -> bool {
        let mut shared = self.shared.load(Ordering::Relaxed);
        loop {
            let left = shared - number;
            match self.shared.compare_exchange_weak(
                shared,
                left,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return left == 0,
                Err(now) => shared = now,
            }
        }
    }

    pub fn owner_adds(&self) {
        self.local.set(self.local.get() + 1);
    }

    pub fn owner_drops(&self) -> bool {
        self.local.set(self.local.get() - 1);
        self.local.get() == 0 && self.takes(OWNED)
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.takes(1)
    }
}
