//! Wrong: it says that nobody was the last one, and waits for nobody.
//! Caught by `whoever_asks_is_next`: although another one was asking for it

impl Gil {
    pub fn release(&self, _: usize) {
        let mut state = self.state.lock().unwrap();
        (state.holder, state.last) = (None, None);
        self.free.notify_one();
    }
}
