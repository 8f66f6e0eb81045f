//! Wrong: it asks once whether the holder lives, and stores its own number then. Another heir was
//! faster, and may have died as well.
//! Caught by `an_heir_may_die_as_well`: were told
//! Caught by `a_dead_holder_has_one_heir`: believe that they hold it

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
            Err(holder) if lives(holder) => Taken::No,
            Err(_) => {
                self.holder.store(me, SeqCst);
                Taken::Inherited
            }
        }
    }
}
