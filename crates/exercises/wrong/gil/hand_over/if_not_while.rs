//! Wrong: `if` instead of `while`. Python's own code has it so, but a condition variable may
//! wake up for no reason.
//! Caught by `sleeps_on_when_it_wakes_up_for_no_reason`: although another one was asking

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        if state.asking > 0 && state.last == Some(me) {
            drop(self.switched.wait(state).unwrap());
        }
    }
}
