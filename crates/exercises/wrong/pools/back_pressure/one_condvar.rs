//! Wrong: one condition variable for both kinds, and it wakes one of those who sleep. If that
//! one is of the wrong kind, the wake-up is lost.
//! Caught by `each_task_is_taken_once`: deadlock: nobody can go on

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

pub struct Queue<T> {
    state: Mutex<State<T>>,
    room: usize,
    changed: Condvar,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state = Mutex::new(State { tasks: VecDeque::new(), closed: false });
        Self { state, room, changed: Condvar::new() }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        while state.tasks.len() == self.room && !state.closed {
            state = self.changed.wait(state).unwrap();
        }
        if state.closed {
            return Err(task);
        }
        state.tasks.push_back(task);
        self.changed.notify_one();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.tasks.is_empty() && !state.closed {
            state = self.changed.wait(state).unwrap();
        }
        let task = state.tasks.pop_front();
        self.changed.notify_one();
        task
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.changed.notify_all();
    }
}
