//! Wrong: it takes the lock to look, and puts it back, carefully, if its holder lives. But for a moment
//! the holder has lost it.
//! Caught by `nobody_takes_it_from_the_living`: never let go

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
        let holder = self.holder.swap(me, SeqCst);
        if holder == 0 {
            return Taken::Fresh;
        }
        if !lives(holder) {
            return Taken::Inherited;
        }
        let _ = self.holder.compare_exchange(me, holder, SeqCst, SeqCst);
        Taken::No
    }
}
