//! Wrong: it waits for a switch in any case. When nobody asks, nobody will come.
//! Caught by `does_not_wait_when_nobody_asks`: waits for condvar 2 and its lock
//! Caught by `all_come_to_an_end`: deadlock: nobody can go on

use witness::sync::{Condvar, Mutex};
use witness::thread;

impl Gil {
    /// Lets the lock go. The thread `me` has it.
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        while state.last == Some(me) {
            state = self.switched.wait(state).unwrap();
        }
    }
}
