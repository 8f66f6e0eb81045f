//! A queue with a bound, made of a lock and two condition variables.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex};

/// A queue that never holds more items than its bound.
#[derive(Debug)]
// ANCHOR: queue
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    bound: usize,
    not_full: Condvar,
    not_empty: Condvar,
}
// ANCHOR_END: queue

impl<T> Queue<T> {
    /// An empty queue with room for `bound` items. `bound` is 1 or more; `usize::MAX` amounts to no
    /// bound.
    pub fn new(bound: usize) -> Self {
        Self {
            items: Mutex::new(VecDeque::new()),
            bound,
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }

    /// Waits while the queue is full, and puts `item` in. Returns how many items are then in it.
    // ANCHOR: put
    pub fn put(&self, item: T) -> usize {
        let mut items = self.items.lock().expect("nobody panics inside");
        while items.len() >= self.bound {
            items = self.not_full.wait(items).expect("nobody panics inside");
        }
        items.push_back(item);
        self.not_empty.notify_one();
        items.len()
    }
    // ANCHOR_END: put

    /// Waits while the queue is empty, and takes the oldest item out.
    // ANCHOR: take
    pub fn take(&self) -> T {
        let mut items = self.items.lock().expect("nobody panics inside");
        while items.is_empty() {
            items = self.not_empty.wait(items).expect("nobody panics inside");
        }
        self.not_full.notify_one();
        items.pop_front().expect("it isn't empty")
    }
    // ANCHOR_END: take

    /// Wakes all threads that wait. Each checks whether it may go on, and sleeps again if not.
    pub fn wake_all(&self) {
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
}
