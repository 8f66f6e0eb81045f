//! Wrong: it waits until somebody has the lock. But that one may have released it before we
//! look, and then we sleep for ever.
//! Caught by `whoever_asks_is_next`: deadlock: nobody can go on
//! Caught by `all_come_to_an_end`: deadlock: nobody can go on

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        if state.asking > 0 {
            while state.holder.is_none() {
                state = self.switched.wait(state).unwrap();
            }
        }
    }
}
