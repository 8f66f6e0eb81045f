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
        let queue = witness::sync::Arc::new(Queue::new(2));
        let workers = [1, 2].map(|_| {
            let queue = witness::sync::Arc::clone(&queue);
            witness::thread::spawn(move || {
                std::iter::from_fn(|| queue.take()).sum::<u64>()
            })
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
    use witness::sync::Arc;
    use witness::thread;
    use witness::thread::JoinHandle;
    use witness::{explore, sample};

    /// A task can't be copied, and there is none to begin with.
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Task(u32);

    /// A queue, and what the threads around it have done.
    struct Watched {
        queue: Queue<Task>,
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
            assert_eq!(
                self.queue.submit(Task(task)),
                Ok(()),
                "nobody has closed the queue"
            );
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
            task.map(|Task(task)| task)
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

    /// A worker that takes one task.
    fn takes_one(queue: &Arc<Watched>) -> JoinHandle<Option<u32>> {
        let queue = Arc::clone(queue);
        thread::spawn(move || queue.take())
    }

    fn submitter(queue: &Arc<Watched>, task: u32) -> JoinHandle<()> {
        let queue = Arc::clone(queue);
        thread::spawn(move || queue.submit(task))
    }

    /// What all these threads have returned.
    fn ends<T>(threads: Vec<JoinHandle<T>>) -> Vec<T> {
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    #[test]
    fn submit_waits_while_it_is_full() {
        let run = |room: u32| {
            let queue = Watched::new(room as usize);
            let submitters = (0..=room).map(|task| submitter(&queue, task)).collect();
            for _ in 0..=room {
                thread::yield_now();
                queue.take();
            }
            ends::<()>(submitters);
        };
        for room in [1, 2] {
            sample(move || run(room));
        }
    }

    #[test]
    fn as_many_fit_as_there_is_room_for() {
        for room in 1..=4 {
            explore(move || {
                let queue = Watched::new(room);
                // Nobody takes any. So if one of these waits, it waits for ever.
                for task in 0..room {
                    queue.submit(task as u32);
                }
            });
        }
    }

    /// The queue is full, and so many others submit. Then so many tasks are taken, one after the
    /// other.
    fn submitters_wait(room: usize, others: u32) {
        let queue = Watched::new(room);
        for task in 0..room {
            queue.submit(task as u32);
        }
        let submitters = (10..10 + others).map(|task| submitter(&queue, task)).collect();
        for _ in 0..others {
            thread::yield_now();
            queue.take();
        }
        ends::<()>(submitters);
    }

    #[test]
    fn each_place_is_for_one_submitter() {
        sample(|| submitters_wait(1, 2));
        sample(|| submitters_wait(2, 2));
        sample(|| submitters_wait(1, 3));
        sample(|| submitters_wait(3, 3));
    }

    /// So many workers take one task each, and there are as many tasks.
    fn workers_wait(room: usize, workers: u32) {
        let queue = Watched::new(room);
        let waiting = (0..workers).map(|_| takes_one(&queue)).collect();
        for task in 0..workers {
            queue.submit(task);
        }
        let mut taken = ends(waiting);
        taken.sort_unstable();
        let tasks: Vec<_> = (0..workers).map(Some).collect();
        assert_eq!(
            taken, tasks,
            "what {workers} workers have taken, one task each, sorted"
        );
    }

    #[test]
    fn each_task_is_for_one_worker() {
        sample(|| workers_wait(1, 2));
        sample(|| workers_wait(2, 2));
        sample(|| workers_wait(2, 3));
        sample(|| workers_wait(3, 3));
    }

    #[test]
    fn take_returns_the_oldest() {
        explore(|| {
            let queue = Watched::new(2);
            let worker = worker(&queue);
            for task in [7, 0, 3] {
                queue.submit(task);
            }
            queue.close();
            assert_eq!(
                worker.join().unwrap(),
                [7, 0, 3],
                "what the only worker has taken"
            );
        });
        explore(|| {
            let queue = Watched::new(3);
            let mut taken = Vec::new();
            for task in [5, 9, 1, 0, 4, 8] {
                queue.submit(task);
                if task < 5 {
                    taken.extend(queue.take());
                }
            }
            taken.extend((0..3).filter_map(|_| queue.take()));
            assert_eq!(taken, [5, 9, 1, 0, 4, 8], "what was taken, some of it between");
        });
    }

    #[test]
    fn each_task_is_taken_once() {
        let run = |room, workers: usize, tasks: u32| {
            let queue = Watched::new(room);
            let workers = (0..workers).map(|_| worker(&queue)).collect();
            for task in 0..tasks {
                queue.submit(task);
            }
            queue.close();
            let mut taken = ends(workers).concat();
            taken.sort_unstable();
            let tasks: Vec<_> = (0..tasks).collect();
            assert_eq!(taken, tasks, "what all workers have taken together, sorted");
        };
        explore(move || run(1, 2, 2));
        sample(move || run(2, 3, 4));
    }

    #[test]
    fn what_was_submitted_is_done_after_close() {
        for room in [1, 2, 3, 17] {
            explore(move || {
                let queue = Queue::new(room);
                for task in 0..room {
                    queue.submit(Task(task as u32)).unwrap();
                }
                queue.close();
                let taken =
                    std::iter::from_fn(|| queue.take()).map(|Task(task)| task as usize);
                let all: Vec<_> = (0..room).collect();
                assert_eq!(
                    taken.collect::<Vec<_>>(),
                    all,
                    "what was taken after `close`"
                );
                assert_eq!(queue.take(), None, "it is empty and closed, and stays so");
            });
        }
    }

    #[test]
    fn close_wakes_all_workers() {
        let run = |workers: usize| {
            let queue = Watched::new(1);
            let workers = (0..workers).map(|_| worker(&queue)).collect();
            queue.close();
            assert_eq!(ends(workers).concat(), [], "nothing was submitted");
        };
        explore(move || run(2));
        sample(move || run(3));
        sample(move || run(9));
    }

    #[test]
    fn whoever_submits_too_late_gets_the_task_back() {
        for submitted in 0..=2 {
            explore(move || {
                let queue = Queue::new(2);
                for task in 0..submitted {
                    queue.submit(Task(task)).unwrap();
                }
                queue.close();
                let late = queue.submit(Task(7));
                assert_eq!(
                    late,
                    Err(Task(7)),
                    "it was closed, with {submitted} tasks in it and room for 2"
                );
                let taken = std::iter::from_fn(|| queue.take()).count();
                assert_eq!(taken, submitted as usize, "tasks that were taken after that");
            });
        }
    }

    #[test]
    fn whoever_waits_to_submit_gets_the_task_back_at_close() {
        let run = |others: u32| {
            let queue = Arc::new(Queue::new(1));
            queue.submit(Task(1)).unwrap();
            let submitters = (2..2 + others).map(|task| {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.submit(Task(task)))
            });
            let submitters = submitters.collect();
            queue.close();
            // Now there is room, and it is too late.
            assert_eq!(queue.take(), Some(Task(1)), "what was submitted before");
            let back: Vec<_> = (2..2 + others).map(|task| Err(Task(task))).collect();
            assert_eq!(ends(submitters), back, "it was full, and then it was closed");
        };
        for others in [2, 3] {
            sample(move || run(others));
        }
    }

    #[test]
    fn tasks_without_a_size_need_room_as_well() {
        sample(|| {
            let queue = Arc::new(Queue::new(2));
            let taken = Arc::new(AtomicBool::new(false));
            for _ in 0..2 {
                assert_eq!(queue.submit(()), Ok(()), "nobody has closed the queue");
            }
            let (theirs, was_taken) = (Arc::clone(&queue), Arc::clone(&taken));
            let submitter = thread::spawn(move || {
                assert_eq!(theirs.submit(()), Ok(()), "nobody has closed the queue");
                assert!(
                    was_taken.load(SeqCst),
                    "three tasks of type `()` are in a queue with room for two"
                );
            });
            thread::yield_now();
            taken.store(true, SeqCst);
            assert_eq!(queue.take(), Some(()), "the first of them");
            submitter.join().unwrap();
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Queue<Task>, Task) -> Result<(), Task> = Queue::submit;
    const _: fn(&Queue<Task>) -> Option<Task> = Queue::take;
}
