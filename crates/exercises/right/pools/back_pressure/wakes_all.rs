//! Right: one condition variable for both kinds, and each change wakes all that wait. That wakes many
//! for nothing, and nobody sleeps on.

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    room: usize,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state = Mutex::new(State { tasks: VecDeque::new(), closed: false });
        Self { state, changed: Condvar::new(), room }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        loop {
            if state.closed {
                return Err(task);
            }
            if state.tasks.len() < self.room {
                break;
            }
            state = self.changed.wait(state).unwrap();
        }
        state.tasks.push_back(task);
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        loop {
            match state.tasks.pop_front() {
                Some(task) => {
                    self.changed.notify_all();
                    return Some(task);
                }
                None if state.closed => return None,
                None => state = self.changed.wait(state).unwrap(),
            }
        }
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.changed.notify_all();
    }
}
