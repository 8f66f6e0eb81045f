//! Right: whoever waits has a condition variable of their own, and only those are woken for whom it
//! is enough.

use witness::sync::{Condvar, Mutex};

pub struct Budget {
    size: usize,
    state: Mutex<State>,
}

struct State {
    free: usize,
    /// Those who wait: how much each wants, and where it sleeps.
    waiting: Vec<(usize, std::sync::Weak<Condvar>)>,
}

/// So many megabytes, until it is dropped.
pub struct Reserved<'a> {
    budget: &'a Budget,
    size: usize,
}

impl Budget {
    pub fn new(size: usize) -> Self {
        Self { size, state: Mutex::new(State { free: size, waiting: Vec::new() }) }
    }

    pub fn reserve(&self, size: usize) -> Option<Reserved<'_>> {
        if size > self.size {
            return None;
        }
        let mut state = self.state.lock().unwrap();
        while state.free < size {
            let bed = std::sync::Arc::new(Condvar::new());
            state.waiting.push((size, std::sync::Arc::downgrade(&bed)));
            state = bed.wait(state).unwrap();
        }
        state.free -= size;
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.state.lock().unwrap();
        state.free += self.size;
        let free = state.free;
        // All for whom it is enough, looked at one by one.
        state.waiting.retain(|(size, bed)| {
            let fits = *size <= free;
            if let (true, Some(bed)) = (fits, bed.upgrade()) {
                bed.notify_one();
            }
            !fits
        });
    }
}
