//! Wrong: `swap` looks and takes in one step, and if the holder was alive, it gets its lock
//! back. Two who do that at once give back what was never theirs.
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
        match self.holder.swap(me, SeqCst) {
            0 => Taken::Fresh,
            holder if lives(holder) => {
                self.holder.store(holder, SeqCst);
                Taken::No
            }
            _ => Taken::Inherited,
        }
    }
}
