//! Wrong: threads that wait for room and threads that wait for an item sleep on the same condition
//! variable, and whoever changes the queue wakes one of them. If that one can't go on, it sleeps
//! again, and the one that could go on is never woken.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex};

/// A queue that never holds more items than its bound, but in which all threads may fall asleep.
#[derive(Debug)]
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    bound: usize,
    changed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue with room for `bound` items, which is 1 or more.
    pub fn new(bound: usize) -> Self {
        Self { items: Mutex::new(VecDeque::new()), bound, changed: Condvar::new() }
    }

    /// Waits while the queue is full, and puts `item` in. Returns how many items are then in it.
    // ANCHOR: put
    pub fn put(&self, item: T) -> usize {
        let mut items = self.items.lock().expect("nobody panics inside");
        while items.len() >= self.bound {
            items = self.changed.wait(items).expect("nobody panics inside");
        }
        items.push_back(item);
        self.changed.notify_one();
        items.len()
    }
    // ANCHOR_END: put

    /// Waits while the queue is empty, and takes the oldest item out.
    pub fn take(&self) -> T {
        let mut items = self.items.lock().expect("nobody panics inside");
        while items.is_empty() {
            items = self.changed.wait(items).expect("nobody panics inside");
        }
        self.changed.notify_one();
        items.pop_front().expect("it isn't empty")
    }

    /// Wakes all threads that wait. Each checks whether it may go on, and sleeps again if not.
    pub fn wake_all(&self) {
        self.changed.notify_all();
    }
}
