//! Wrong: it waits until another number of threads asks than before. But if one takes the lock and
//! a third one asks meanwhile, that number is the same again.
//! Caught by `returns_as_soon_as_another_one_has_it`: Why doesn't `release` return?

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        let asking = state.asking;
        while asking > 0 && state.asking == asking {
            state = self.switched.wait(state).unwrap();
        }
    }
}
