//! Wrong: it looks again after it failed, and takes the number of nobody for a dead one.
//! Caught by `a_lock_is_let_go_meanwhile`: lets go, and

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
        if self.holder.compare_exchange(0, me, SeqCst, SeqCst).is_ok() {
            return Taken::Fresh;
        }
        let holder = self.holder.load(SeqCst);
        if lives(holder) {
            return Taken::No;
        }
        match self.holder.compare_exchange(holder, me, SeqCst, SeqCst) {
            Ok(_) => Taken::Inherited,
            Err(_) => Taken::No,
        }
    }
}
