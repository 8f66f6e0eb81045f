//! Wrong: a thread that wakes up believes that what it has waited for is still so.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex};

/// A queue that is meant to hold no more items than its bound.
#[derive(Debug)]
pub struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    bound: usize,
    not_full: Condvar,
    not_empty: Condvar,
}

impl<T> Queue<T> {
    /// An empty queue with room for `bound` items, which is 1 or more.
    pub fn new(bound: usize) -> Self {
        Self {
            items: Mutex::new(VecDeque::new()),
            bound,
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }

    /// Waits if the queue is full, and puts `item` in. Returns how many items are then in it.
    pub fn put(&self, item: T) -> usize {
        let mut items = self.items.lock().expect("nobody panics inside");
        if items.len() >= self.bound {
            items = self.not_full.wait(items).expect("nobody panics inside");
        }
        items.push_back(item);
        self.not_empty.notify_one();
        items.len()
    }

    /// Waits if the queue is empty, and takes the oldest item out.
    ///
    /// # Panics
    ///
    /// When another thread took the item between the wake-up and this thread's turn.
    pub fn take(&self) -> T {
        let mut items = self.items.lock().expect("nobody panics inside");
        if items.is_empty() {
            items = self.not_empty.wait(items).expect("nobody panics inside");
        }
        self.not_full.notify_one();
        items.pop_front().expect("somebody put one in, and woke us")
    }
}
