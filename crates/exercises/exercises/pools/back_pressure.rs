//! # A queue with a limit
//!
//! Chapter: pools/process-pool.md
//!
//! A pool has a queue of tasks, and the queue has room for a few. Whoever hands in more waits:
//! that is back-pressure. Write it, with `Mutex` and `Condvar`, for any number of threads.
//!
//! * `submit(task)` waits while the queue is full, and puts the task in. When the queue is
//!   closed, or is closed while it waits, it returns `Err(task)`.
//! * `take()` waits while the queue is empty, and returns the oldest task. When the queue is
//!   closed and empty, it returns `None`, and the worker ends.
//! * `close()`: no more tasks. What was submitted before is still done.
//!
//! The constraint: no more tasks wait than there is room for, each comes out once, and in
//! every schedule everybody comes to an end.

use std::collections::VecDeque;

use witness::sync::{Arc, Condvar, Mutex};
use witness::thread;

pub struct Queue<T> {
    // TODO: Whoever waits needs something to sleep on.
    state: Mutex<State<T>>,
    room: usize,
}

struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub fn new(room: usize) -> Self {
        let state = Mutex::new(State { tasks: VecDeque::new(), closed: false });
        Self { state, room }
    }

    pub fn submit(&self, task: T) -> Result<(), T> {
        // TODO: Wait while it is full.
        self.state.lock().unwrap().tasks.push_back(task);
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        // TODO: Wait while it is empty.
        self.state.lock().unwrap().tasks.pop_front()
    }

    pub fn close(&self) {
        // TODO: Those who wait have to know.
        self.state.lock().unwrap().closed = true;
    }
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let done = witness::for_real(|| {
        let queue = Arc::new(Queue::new(2));
        let workers = [1, 2].map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || std::iter::from_fn(|| queue.take()).sum::<u64>())
        });
        for task in 1..=1000 {
            let _ = queue.submit(task);
        }
        queue.close();
        workers.map(|worker| worker.join().unwrap())
    });
    println!(
        "two workers did {:?}, together {}",
        done.value,
        done.value.iter().sum::<u64>()
    );
    println!("it should be 500500");
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
    use witness::explore;
    use witness::thread::JoinHandle;

    /// A queue, and what the threads around it have done.
    struct Watched {
        queue: Queue<u32>,
        room: usize,
        submitted: AtomicUsize,
        asked: AtomicUsize,
        closing: AtomicBool,
    }

    impl Watched {
        fn new(room: usize) -> Arc<Self> {
            Arc::new(Self {
                queue: Queue::new(room),
                room,
                submitted: AtomicUsize::new(0),
                asked: AtomicUsize::new(0),
                closing: AtomicBool::new(false),
            })
        }

        fn submit(&self, task: u32) {
            assert_eq!(self.queue.submit(task), Ok(()), "nobody has closed the queue");
            let submitted = self.submitted.fetch_add(1, SeqCst) + 1;
            let (room, asked) = (self.room, self.asked.load(SeqCst));
            assert!(
                submitted <= room + asked,
                "{submitted} tasks are submitted, there is room for {room}, and {asked} \
                 have been asked for: somebody should wait"
            );
        }

        fn take(&self) -> Option<u32> {
            self.asked.fetch_add(1, SeqCst);
            let task = self.queue.take();
            assert!(
                task.is_some() || self.closing.load(SeqCst),
                "`take` has returned None, but nobody has closed the queue"
            );
            task
        }

        fn close(&self) {
            self.closing.store(true, SeqCst);
            self.queue.close();
        }
    }

    /// A worker that takes tasks until there are no more. Returns those that it had.
    fn worker(queue: &Arc<Watched>) -> JoinHandle<Vec<u32>> {
        let queue = Arc::clone(queue);
        thread::spawn(move || std::iter::from_fn(|| queue.take()).collect())
    }

    fn submitter(queue: &Arc<Watched>, task: u32) -> JoinHandle<()> {
        let queue = Arc::clone(queue);
        thread::spawn(move || queue.submit(task))
    }

    #[test]
    fn submit_waits_while_it_is_full() {
        explore(|| {
            let queue = Watched::new(1);
            let submitters = [submitter(&queue, 1), submitter(&queue, 2)];
            for _ in 0..2 {
                thread::yield_now();
                queue.take();
            }
            for submitter in submitters {
                submitter.join().unwrap();
            }
        });
    }

    #[test]
    fn one_place_is_for_one_submitter() {
        explore(|| {
            let queue = Watched::new(1);
            queue.submit(1);
            let submitters = [submitter(&queue, 2), submitter(&queue, 3)];
            for _ in 0..3 {
                thread::yield_now();
                queue.take();
            }
            for submitter in submitters {
                submitter.join().unwrap();
            }
        });
    }

    #[test]
    fn take_returns_the_oldest() {
        explore(|| {
            let queue = Watched::new(2);
            let worker = worker(&queue);
            for task in [1, 2] {
                queue.submit(task);
            }
            queue.close();
            assert_eq!(worker.join().unwrap(), [1, 2], "what the only worker has taken");
        });
    }

    #[test]
    fn each_task_is_taken_once() {
        explore(|| {
            let queue = Watched::new(1);
            let workers = [worker(&queue), worker(&queue)];
            for task in [1, 2] {
                queue.submit(task);
            }
            queue.close();
            let taken = workers.map(|worker| worker.join().unwrap());
            let mut taken = taken.concat();
            taken.sort_unstable();
            assert_eq!(taken, [1, 2], "what two workers have taken together");
        });
    }

    #[test]
    fn what_was_submitted_is_done_after_close() {
        explore(|| {
            let queue = Queue::new(2);
            for task in [1, 2] {
                queue.submit(task).unwrap();
            }
            queue.close();
            let taken: Vec<u32> = std::iter::from_fn(|| queue.take()).collect();
            assert_eq!(taken, [1, 2], "what was taken after `close`");
        });
    }

    #[test]
    fn close_wakes_all_workers() {
        explore(|| {
            let queue = Watched::new(1);
            let workers = [worker(&queue), worker(&queue)];
            queue.close();
            let taken = workers.map(|worker| worker.join().unwrap());
            assert_eq!(taken.concat(), [], "nothing was submitted");
        });
    }

    #[test]
    fn whoever_waits_to_submit_gets_the_task_back_at_close() {
        explore(|| {
            let queue = Arc::new(Queue::new(1));
            queue.submit(1).unwrap();
            let submitters = [2, 3].map(|task| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.submit(task))
            });
            queue.close();
            let results = submitters.map(|submitter| submitter.join().unwrap());
            assert_eq!(results, [Err(2), Err(3)], "it was full, and then it was closed");
            assert_eq!(queue.submit(4), Err(4), "it was closed");
        });
    }
}
