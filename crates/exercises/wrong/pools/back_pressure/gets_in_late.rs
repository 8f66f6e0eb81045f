//! Wrong: whoever has waited until it was closed still puts its task in, if there is room by then.
//! Caught by `whoever_waits_to_submit_gets_the_task_back_at_close`: it was full, and then it was closed

use std::collections::VecDeque;

use witness::sync::{Condvar, Mutex};

pub struct Queue<T> {
    state: Mutex<(VecDeque<T>, bool)>,
    room: usize,
    changed: Condvar,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state = Mutex::new((VecDeque::new(), false));
        Self { state, room, changed: Condvar::new() }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.1 {
            return Err(task);
        }
        while state.0.len() == self.room && !state.1 {
            state = self.changed.wait(state).unwrap();
        }
        if state.0.len() == self.room {
            return Err(task);
        }
        state.0.push_back(task);
        self.changed.notify_all();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.0.is_empty() && !state.1 {
            state = self.changed.wait(state).unwrap();
        }
        let task = state.0.pop_front();
        self.changed.notify_all();
        task
    }

    pub fn close(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }
}
