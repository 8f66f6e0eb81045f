//! Wrong: when the exchange fails, it looks again, and calls an open lock its own without taking it.
//! Caught by `a_lock_is_let_go_meanwhile`: and this was told

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
        match self.holder.compare_exchange(0, me, SeqCst, SeqCst) {
            Ok(_) => return Taken::Fresh,
            Err(holder) if lives(holder) => {}
            Err(dead) => {
                if self.holder.compare_exchange(dead, me, SeqCst, SeqCst).is_ok() {
                    return Taken::Inherited;
                }
            }
        }
        if self.holder.load(SeqCst) == 0 { Taken::Fresh } else { Taken::No }
    }
}
