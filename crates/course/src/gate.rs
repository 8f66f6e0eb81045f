//! Lets as many begin as the cores can bear, and more while some of them only wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Whoever has been at work for longer than that waits, most likely: for a time limit, or for an end
/// that doesn't come. Few checks compute for longer.
const COMPUTES: Duration = Duration::from_secs(2);

/// Where all wait who want to begin.
#[derive(Debug)]
pub(crate) struct Gate {
    /// How many may compute at once.
    most: usize,
    /// When each of those began who are inside.
    began: Mutex<Vec<Instant>>,
    left: Condvar,
}

/// The right to be inside. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Inside<'a> {
    gate: &'a Gate,
    began: Instant,
}

impl Gate {
    /// Lets in as many as `most`, not counting those that have been inside for two seconds.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, began: Mutex::default(), left: Condvar::new() }
    }

    /// Waits for room, and goes in.
    pub(crate) fn enter(&self) -> Inside<'_> {
        let mut began = self.began();
        loop {
            let now = Instant::now();
            let young = || began.iter().filter(|began| now - **began < COMPUTES);
            if young().count() < self.most {
                began.push(now);
                return Inside { gate: self, began: now };
            }
            let oldest =
                young().min().map_or(COMPUTES, |began| COMPUTES - (now - *began));
            began = self
                .left
                .wait_timeout(began, oldest)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn began(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut began = self.gate.began();
        if let Some(at) = began.iter().position(|began| *began == self.began) {
            began.swap_remove(at);
        }
        self.gate.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::thread;

    use super::*;

    #[test]
    fn as_many_are_inside_as_may_be() {
        let gate = Gate::new(2);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let meet = Barrier::new(2);
        thread::scope(|scope| {
            let (gate, inside, most, meet) = (&gate, &inside, &most, &meet);
            for number in 0..8 {
                scope.spawn(move || {
                    for turn in 0..100 {
                        let _inside = gate.enter();
                        most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                        if number < 2 && turn == 0 {
                            meet.wait();
                        }
                        thread::yield_now();
                        inside.fetch_sub(1, SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 2);
        assert!(gate.began().is_empty());
    }

    #[test]
    fn who_stays_long_makes_room_for_others() {
        let gate = Gate::new(2);
        let _inside = [gate.enter(), gate.enter(), gate.enter()];
        assert_eq!(gate.began().len(), 3);
    }
}
