//! Wrong: it looks first whether somebody asks, and releases the lock then. Whoever asks in
//! between is not seen.
//! Caught by `whoever_asks_is_next`: although another one was asking for it

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let asked = self.state.lock().unwrap().asking > 0;
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        while asked && state.last == Some(me) {
            state = self.switched.wait(state).unwrap();
        }
    }
}
