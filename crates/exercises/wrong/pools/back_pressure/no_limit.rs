//! Wrong: a queue that holds as much as is handed in. It never waits, and it is a leak.
//! Caught by `each_place_is_for_one_submitter`: have been asked for: somebody should wait
//! Caught by `submit_waits_while_it_is_full`: have been asked for: somebody should wait
//! Caught by `whoever_waits_to_submit_gets_the_task_back_at_close`: it was full, and then it was closed

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
