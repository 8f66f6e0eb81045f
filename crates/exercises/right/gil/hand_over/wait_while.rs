//! Right: `wait_while` is the loop; and it wakes all that ask, of which one gets the lock.

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_all();
        if state.asking == 0 {
            return;
        }
        drop(self.switched.wait_while(state, |state| state.last == Some(me)).unwrap());
    }
}
