//! Wrong: a process that holds the lock already is told `Fresh` when it tries again (a second
//! thread of it, say), though the lock wasn't open.
//! Caught by `whoever_has_it_inherits_nothing`: and holds it already

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
        match self.holder.compare_exchange(0, me, SeqCst, SeqCst) {
            Ok(_) => Taken::Fresh,
            Err(holder) if holder == me => Taken::Fresh,
            Err(holder) if lives(holder) => Taken::No,
            Err(dead) => match self.holder.compare_exchange(dead, me, SeqCst, SeqCst) {
                Ok(_) => Taken::Inherited,
                Err(_) => Taken::No,
            },
        }
    }
}
