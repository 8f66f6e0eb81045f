//! Wrong: whoever was too slow looks again, finds the lock open, and believes that it has it.
//! Caught by `whoever_is_told_so_has_it`: in the end the lock names 0

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Debug)]
pub struct Lock {
    holder: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Fresh,
    Inherited,
    No,
}

impl Lock {
    pub fn try_lock(&self, me: u64, lives: impl Fn(u64) -> bool) -> Taken {
        let holder = self.holder.load(SeqCst);
        if holder != 0 && lives(holder) {
            return Taken::No;
        }
        let exchanged = self.holder.compare_exchange(holder, me, SeqCst, SeqCst);
        match exchanged {
            Ok(0) => Taken::Fresh,
            Ok(_) => Taken::Inherited,
            Err(_) if self.holder.load(SeqCst) == 0 => Taken::Fresh,
            Err(_) => Taken::No,
        }
    }
}
