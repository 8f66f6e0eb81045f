//! Wrong: the numbers of processes grow, so a holder with a smaller number was there before, and is
//! taken for dead. But numbers begin anew at some time, and old processes live.
//! Caught by `nobody_takes_it_from_the_living`: and lives

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
        let dead = |holder: u64| holder < me || !lives(holder);
        match self.holder.compare_exchange(0, me, SeqCst, SeqCst) {
            Ok(_) => Taken::Fresh,
            Err(holder) if !dead(holder) => Taken::No,
            Err(holder) => match self.holder.compare_exchange(holder, me, SeqCst, SeqCst)
            {
                Ok(_) => Taken::Inherited,
                Err(_) => Taken::No,
            },
        }
    }
}
