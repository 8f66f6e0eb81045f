//! Wrong: full means that the memory of the `VecDeque` is used up: of tasks without a size it never is.
//! Caught by `tasks_without_a_size_need_room_as_well`: are in a queue with room for two

use std::collections::VecDeque;

use witness::sync::{Condvar, Mutex};

pub struct Queue<T> {
    state: Mutex<State<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state =
            Mutex::new(State { tasks: VecDeque::with_capacity(room), closed: false });
        Self { state, not_full: Condvar::new(), not_empty: Condvar::new() }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        while state.tasks.len() == state.tasks.capacity() && !state.closed {
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
        let task = state.tasks.pop_front();
        self.not_full.notify_one();
        task
    }

    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}
