//! Right: it looks first, and takes the lock only if it is still as it was seen.

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
        let seen = self.holder.load(SeqCst);
        let how = match seen {
            0 => Taken::Fresh,
            holder if lives(holder) => return Taken::No,
            _ => Taken::Inherited,
        };
        self.holder.compare_exchange(seen, me, SeqCst, SeqCst).map_or(Taken::No, |_| how)
    }
}
