//! Wrong: it waits until nobody asks any more. With two threads that is the same. With three,
//! whoever is polite once waits for all of them, and for those that come meanwhile.
//! Caught by `returns_as_soon_as_another_one_has_it`: Why doesn't `release` return?

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        while state.asking > 0 {
            state = self.switched.wait(state).unwrap();
        }
    }
}
