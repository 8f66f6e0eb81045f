//! Wrong: those who wait for room and those who wait for an item sleep on the same condition
//! variable, and whoever changes something wakes one of them.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex};

/// A queue in which no more than so many items wait, and sometimes all threads.
#[derive(Debug)]
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    bound: usize,
    changed: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue for `bound` items, which is 1 or more.
    pub fn new(bound: usize) -> Self {
        Self { items: Mutex::new(VecDeque::new()), bound, changed: Condvar::new() }
    }

    /// Waits while the queue is full, and puts `item` in. Returns how many are in it now.
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

    /// Wakes all who wait. They look, and sleep again if there is nothing for them.
    pub fn wake_all(&self) {
        self.changed.notify_all();
    }
}
