//! Right: it looks at `asking` again after each wake-up. When nobody asks any more, those who asked
//! have had the lock.

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        while state.asking > 0 && state.last == Some(me) {
            self.free.notify_one();
            state = self.switched.wait(state).unwrap();
        }
    }
}
