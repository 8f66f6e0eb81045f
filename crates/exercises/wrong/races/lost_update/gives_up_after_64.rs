//! Wrong: it gives up after 64 tries, so with some hundred doors somebody gets no number but a
//! panic.
//! Caught by `the_count_knows_of_every_number`: too many doors

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Default)]
pub struct Museum {
    visitors: AtomicU64,
}

impl Museum {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn enter(&self) -> u64 {
        for _ in 0..64 {
            let before = self.visitors.load(SeqCst);
            if self.visitors.compare_exchange(before, before + 1, SeqCst, SeqCst).is_ok()
            {
                return before + 1;
            }
        }
        panic!("too many doors")
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.load(SeqCst)
    }
}
