//! Wrong: it takes the lock of the dead as if it had been open. The caller goes on with what
//! may be half done.
//! Caught by `the_heir_is_told`: something may be half done

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
        let holder = self.holder.load(SeqCst);
        if holder != 0 && lives(holder) {
            return Taken::No;
        }
        match self.holder.compare_exchange(holder, me, SeqCst, SeqCst) {
            Ok(_) => Taken::Fresh,
            Err(_) => Taken::No,
        }
    }
}
