//! Right: it counts who waits, and wakes somebody only if there is one. `wait_while` is the loop.

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

pub struct Queue<T> {
    state: Mutex<State<T>>,
    room: usize,
    place: Condvar,
    work: Condvar,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
    submitters: usize,
    workers: usize,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let tasks = VecDeque::with_capacity(room);
        let state = State { tasks, closed: false, submitters: 0, workers: 0 };
        Self {
            state: Mutex::new(state),
            room,
            place: Condvar::new(),
            work: Condvar::new(),
        }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        let room = self.room;
        let mut state = self.state.lock().unwrap();
        state.submitters += 1;
        let full = |state: &mut State<T>| !state.closed && state.tasks.len() >= room;
        let mut state = self.place.wait_while(state, full).unwrap();
        state.submitters -= 1;
        if state.closed {
            return Err(task);
        }
        state.tasks.push_back(task);
        if state.workers > 0 {
            self.work.notify_one();
        }
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        state.workers += 1;
        let empty = |state: &mut State<T>| !state.closed && state.tasks.is_empty();
        let mut state = self.work.wait_while(state, empty).unwrap();
        state.workers -= 1;
        let task = state.tasks.pop_front();
        if state.submitters > 0 {
            self.place.notify_one();
        }
        task
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        self.place.notify_all();
        self.work.notify_all();
    }
}
