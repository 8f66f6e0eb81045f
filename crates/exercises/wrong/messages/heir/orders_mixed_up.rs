//! Wrong: success and failure are mixed up (`Relaxed`, `Acquire`), so whoever gets the lock need
//! not see what the one before has written under it.
//! Caught by `whoever_has_it_sees_what_was_written_before`: data race: thread

use witness::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};

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
        let holder = self.holder.load(Relaxed);
        if holder != 0 && lives(holder) {
            return Taken::No;
        }
        match self.holder.compare_exchange(holder, me, Relaxed, Acquire) {
            Ok(0) => Taken::Fresh,
            Ok(_) => Taken::Inherited,
            Err(_) => Taken::No,
        }
    }
}
