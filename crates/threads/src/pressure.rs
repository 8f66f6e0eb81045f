//! A producer and a consumer with a queue between them: how long does the queue become? And how
//! can a program tell that nothing moves on a queue any more?

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::queue::bounded::Queue;

/// Lets a second thread put `items` items into `queue`, each made by `make`, while the calling
/// thread takes them out and passes each to `consume`. Returns how many items were in the queue
/// right after each `put`.
///
/// `make` and `consume` must not panic: the other thread could then wait for ever.
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn flow<T: Send>(
    queue: &Queue<T>,
    items: usize,
    make: impl Fn() -> T + Sync,
    consume: impl Fn(T),
) -> Vec<usize> {
    thread::scope(|scope| {
        let producer =
            scope.spawn(|| (0..items).map(|_| queue.put(make())).collect::<Vec<_>>());
        for _ in 0..items {
            consume(queue.take());
        }
        producer.join().expect("making doesn't panic")
    })
}

/// What [`stands_still`] needs of a queue, whatever the items are.
pub trait Passes: Sync {
    /// Puts an item in; waits while there is no room.
    fn put(&self);
    /// Takes an item out; waits while there is none.
    fn take(&self);
    /// Wakes all threads that wait.
    fn wake_all(&self);
}

impl Passes for Queue<()> {
    fn put(&self) {
        self.put(());
    }

    fn take(&self) {
        self.take();
    }

    fn wake_all(&self) {
        self.wake_all();
    }
}

impl Passes for crate::queue::one_condvar::Queue<()> {
    fn put(&self) {
        self.put(());
    }

    fn take(&self) {
        self.take();
    }

    fn wake_all(&self) {
        self.wake_all();
    }
}

/// Lets `pairs` threads put `items` items each, and as many threads take `items` items each.
/// Returns whether the queue stood still before the end: whether nothing was taken for as long as
/// `patience`. From then on, all threads that wait are woken again and again, so that all of them
/// come to an end.
///
/// A queue that is merely slow looks the same. So compare with a queue that is as slow, and right.
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn stands_still(
    queue: &impl Passes,
    pairs: usize,
    items: usize,
    patience: Duration,
) -> bool {
    let taken = AtomicU64::new(0);
    // Nothing is ever sent. The channel closes when all threads have ended, and so we notice.
    let (alive, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        for alive in vec![alive; pairs] {
            let also_alive = alive.clone();
            scope.spawn(|| {
                let _alive = alive;
                (0..items).for_each(|_| queue.put());
            });
            scope.spawn(|| {
                let _alive = also_alive;
                (0..items).for_each(|_| {
                    queue.take();
                    taken.fetch_add(1, Relaxed);
                });
            });
        }
        let (mut before, mut stood) = (0, false);
        let mut wait = patience;
        while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let now = taken.load(Relaxed);
            stood |= now == before;
            if stood {
                queue.wake_all();
                wait = Duration::from_micros(100);
            }
            before = now;
        }
        stood
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::one_condvar;

    #[test]
    fn lengths_begin_at_one_and_never_exceed_the_bound() {
        let queue = Queue::new(4);
        let sum = AtomicU64::new(0);
        let lengths = flow(&queue, 1_000, || 7, |n| _ = sum.fetch_add(n, Relaxed));
        assert_eq!((lengths.len(), lengths[0]), (1_000, 1));
        assert!(lengths.iter().all(|length| (1..=4).contains(length)));
        assert_eq!(sum.into_inner(), 7_000);
    }

    #[test]
    fn who_is_never_taken_from_has_all_in_the_queue() {
        // Nobody takes anything out.
        let queue = Queue::new(usize::MAX);
        let lengths = thread::scope(|scope| {
            scope.spawn(|| (1..=50).map(|_| queue.put(())).collect::<Vec<_>>()).join()
        });
        assert_eq!(lengths.unwrap(), (1..=50).collect::<Vec<_>>());
    }

    #[test]
    fn a_standstill_is_told_from_an_end() {
        let long = Duration::from_secs(3_600);
        assert!(!stands_still(&Queue::new(1), 2, 100, long));
        // Two threads put and two take, and only one of them is woken each time.
        let stood = (0..1_000).any(|_| {
            let queue = one_condvar::Queue::new(1);
            stands_still(&queue, 2, 1_000, Duration::from_millis(20))
        });
        assert!(stood);
    }
}
