//! Wrong: it takes the lock if it is open, and never asks whether its holder lives. So it waits
//! for the dead.
//! Caught by `the_heir_is_told`: nobody else wants it

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// What lies in the shared memory. Leave it as it is.
#[derive(Debug)]
pub struct Lock {
    /// 0: nobody.
    holder: AtomicU64,
}

/// What came of a try. Leave it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was open.
    Fresh,
    /// Its holder was dead.
    Inherited,
    /// It isn't ours.
    No,
}

impl Lock {
    /// Tries once to take it for the process `me`.
    pub fn try_lock(&self, me: u64, lives: impl Fn(u64) -> bool) -> Taken {
        let _ = lives;
        match self.holder.compare_exchange(0, me, SeqCst, SeqCst) {
            Ok(_) => Taken::Fresh,
            Err(_) => Taken::No,
        }
    }
}
