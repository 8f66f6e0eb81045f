//! Wrong: `take` wakes a submitter only when the queue was full before. If two tasks are taken before
//! the first of two submitters is awake, the second one sleeps on, with room for its task.
//! Caught by `each_place_is_for_one_submitter`: deadlock: nobody can go on

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

pub struct Queue<T> {
    state: Mutex<State<T>>,
    room: usize,
    not_full: Condvar,
    not_empty: Condvar,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state = Mutex::new(State { tasks: VecDeque::new(), closed: false });
        Self { state, room, not_full: Condvar::new(), not_empty: Condvar::new() }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        while state.tasks.len() == self.room && !state.closed {
            state = self.not_full.wait(state).unwrap();
        }
        if state.closed {
            return Err(task);
        }
        state.tasks.push_back(task);
        self.not_empty.notify_one();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        while state.tasks.is_empty() && !state.closed {
            state = self.not_empty.wait(state).unwrap();
        }
        let was_full = state.tasks.len() == self.room;
        let task = state.tasks.pop_front();
        if was_full {
            self.not_full.notify_one();
        }
        task
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}
