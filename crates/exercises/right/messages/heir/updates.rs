//! Right: `fetch_update` asks again when somebody else was faster. Then the holder is another one,
//! who lives, or has let go.

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
        let free = |holder| (holder == 0 || !lives(holder)).then_some(me);
        match self.holder.fetch_update(SeqCst, SeqCst, free) {
            Ok(0) => Taken::Fresh,
            Ok(_) => Taken::Inherited,
            Err(_) => Taken::No,
        }
    }
}
