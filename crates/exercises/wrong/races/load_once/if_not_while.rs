//! Wrong: whoever wakes up believes that the list is there. A condition variable may wake somebody for
//! no reason.
//! Caught by `nobody_sees_half_a_list`: the list isn't there yet

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
            self.there.notify_all();
        }
        if matches!(*state, State::Reading) {
            state = self.there.wait(state).unwrap();
        }
        let State::There(list) = &*state else { panic!("the list isn't there yet") };
        list.iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
