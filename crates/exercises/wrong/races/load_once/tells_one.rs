//! Wrong: whoever has read it tells one of those who wait. The others sleep on.
//! Caught by `all_who_ask_at_once_read_it_once`: Has nobody told one of them that it is there?

use witness::sync::{Arc, Condvar, Mutex};

enum State {
    Nothing,
    Reading,
    There(Vec<(&'static str, u64)>),
}

pub struct PriceList {
    source: Arc<Source>,
    state: Mutex<State>,
    there: Condvar,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, state: Mutex::new(State::Nothing), there: Condvar::new() }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        let mut state = self.state.lock().unwrap();
        if matches!(*state, State::Nothing) {
            *state = State::Reading;
            drop(state);
            let list = self.source.read().collect();
            state = self.state.lock().unwrap();
            *state = State::There(list);
            self.there.notify_one();
        }
        loop {
            if let State::There(list) = &*state {
                return list
                    .iter()
                    .find(|(name, _)| *name == item)
                    .map(|(_, cents)| *cents);
            }
            state = self.there.wait(state).unwrap();
        }
    }
}
