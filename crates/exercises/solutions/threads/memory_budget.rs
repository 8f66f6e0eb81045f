//! # A budget of memory
//!
//! Chapter: threads/making-wait.md
//!
//! Why: those who wait need different amounts. `notify_one` may wake somebody for whom it is
//! still too little, and that one sleeps again without a word to the others. So all are woken,
//! and each looks again, in a `while`. Each takes its whole amount in one step, under the lock;
//! whoever took what there is and waited for the rest would keep it from others who do the same.
//! And nobody should wait for what can never be.

use witness::sync::{Condvar, Mutex};

pub struct Budget {
    size: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

/// So many megabytes, until it is dropped.
pub struct Reserved<'a> {
    budget: &'a Budget,
    size: usize,
}

impl Budget {
    pub fn new(size: usize) -> Self {
        Self { size, free: Mutex::new(size), freed: Condvar::new() }
    }

    pub fn reserve(&self, size: usize) -> Option<Reserved<'_>> {
        if size > self.size {
            return None;
        }
        let mut free = self.free.lock().unwrap();
        while *free < size {
            free = self.freed.wait(free).unwrap();
        }
        *free -= size;
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap() += self.size;
        self.budget.freed.notify_all();
    }
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let sizes = [30, 80, 10, 60, 20, 50];
    witness::for_real(move || {
        let budget = Budget::new(100);
        witness::thread::scope(|scope| {
            for size in sizes {
                let budget = &budget;
                scope.spawn(move || drop(budget.reserve(size)));
            }
        });
        println!(
            "six photos were loaded; {} MB of 100 are free",
            *budget.free.lock().unwrap()
        );
    });
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use witness::{Gauge, explore, explore_or_explain, thread};

    #[test]
    fn never_more_than_there_is() {
        explore(|| {
            let (budget, reserved) = (Budget::new(3), AtomicUsize::new(0));
            let load = |size| {
                let place = budget.reserve(size);
                let all = reserved.fetch_add(size, SeqCst) + size;
                assert!(all <= 3, "{all} MB are reserved, and there are 3");
                thread::yield_now();
                reserved.fetch_sub(size, SeqCst);
                drop(place);
            };
            thread::scope(|scope| {
                scope.spawn(|| load(2));
                load(3);
                load(2);
            });
        });
    }

    #[test]
    fn whoever_fits_is_let_in() {
        let explored = explore(|| {
            let (budget, inside) = (Budget::new(3), Gauge::new());
            let load = |size| {
                let _place = budget.reserve(size);
                let _inside = inside.enter();
            };
            thread::scope(|scope| {
                scope.spawn(|| load(2));
                load(1);
            });
            inside.most()
        });
        let most = explored.most(|most| *most);
        assert_eq!(most, 2, "at once, at most: 2 MB and 1 MB fit into 3 MB");
    }

    #[test]
    fn a_small_one_is_not_forgotten_behind_a_large_one() {
        let explanation =
            "2 MB were free, and somebody waited for 1 MB. Did nobody tell them?";
        explore_or_explain(explanation, || {
            let budget = Budget::new(3);
            let (rest, most) = (budget.reserve(1), budget.reserve(2));
            thread::scope(|scope| {
                scope.spawn(|| drop(budget.reserve(3)));
                let small = scope.spawn(|| drop(budget.reserve(1)));
                drop(most);
                small.join().unwrap();
                drop(rest);
            });
        });
    }

    #[test]
    fn whoever_waits_holds_nothing() {
        let explanation =
            "both want 2 MB of 2. Does each of them hold 1 MB while it waits?";
        explore_or_explain(explanation, || {
            let budget = Budget::new(2);
            thread::scope(|scope| {
                scope.spawn(|| drop(budget.reserve(2)));
                drop(budget.reserve(2));
            });
        });
    }

    #[test]
    fn too_much_is_refused_at_once() {
        let explanation =
            "4 MB of 3 will never be free: who waits for them waits for ever";
        explore_or_explain(explanation, || {
            let budget = Budget::new(3);
            assert!(budget.reserve(3).is_some(), "all of it, once it is free");
            assert!(budget.reserve(4).is_none(), "4 MB were reserved, and there are 3");
        });
    }
}
