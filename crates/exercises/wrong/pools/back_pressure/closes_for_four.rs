//! Wrong: `close` wakes four workers and four submitters. If there are more, some sleep for
//! ever.
//! Caught by `close_wakes_all_workers`: deadlock: nobody can go on

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

/// How many workers a pool has.
const WORKERS: usize = 4;

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
        while state.tasks.len() >= self.room && !state.closed {
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
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        for _ in 0..WORKERS {
            self.not_full.notify_one();
            self.not_empty.notify_one();
        }
    }
}
