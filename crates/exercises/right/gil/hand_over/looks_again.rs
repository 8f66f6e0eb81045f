//! Right: it releases the lock of the state before it waits, and looks again then.

impl Gil {
    pub fn release(&self, me: usize) {
        let asking = {
            let mut state = self.state.lock().unwrap();
            state.holder = None;
            self.free.notify_one();
            state.asking
        };
        if asking > 0 {
            let mut state = self.state.lock().unwrap();
            while state.asking > 0 && state.last == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
        }
    }
}
