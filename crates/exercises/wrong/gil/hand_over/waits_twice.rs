//! Wrong: it takes into account that it may wake up for no reason, once.
//! Caught by `sleeps_on_when_it_wakes_up_for_no_reason`: although another one was asking for it

impl Gil {
    pub fn release(&self, me: usize) {
        let mut state = self.state.lock().unwrap();
        state.holder = None;
        self.free.notify_one();
        for _ in 0..2 {
            if state.asking > 0 && state.last == Some(me) {
                state = self.switched.wait(state).unwrap();
            }
        }
    }
}
