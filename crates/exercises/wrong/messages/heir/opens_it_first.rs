//! Wrong: it opens the lock of the dead and then takes it as any other. In between, another
//! process finds it open, and never learns of the death. And one that has seen the same
//! death opens it once more, when it has a new holder already.
//! Caught by `a_dead_holder_has_one_heir`: what the one was told who got it

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
        let inherits = holder != 0 && !lives(holder);
        if inherits {
            self.holder.store(0, SeqCst);
        }
        match self.holder.compare_exchange(0, me, SeqCst, SeqCst) {
            Ok(_) if inherits => Taken::Inherited,
            Ok(_) => Taken::Fresh,
            Err(_) => Taken::No,
        }
    }
}
