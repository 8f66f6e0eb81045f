//! Wrong: it looks whether the lock is open, and then takes it. Another process that has
//! looked in between takes it as well.
//! Caught by `an_open_lock_is_taken_once`: believe that they hold it

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
        match self.holder.load(SeqCst) {
            0 => {
                self.holder.store(me, SeqCst);
                Taken::Fresh
            }
            holder if lives(holder) => Taken::No,
            dead => match self.holder.compare_exchange(dead, me, SeqCst, SeqCst) {
                Ok(_) => Taken::Inherited,
                Err(_) => Taken::No,
            },
        }
    }
}
