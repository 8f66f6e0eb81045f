//! Work stealing by hand, on the queues of `crossbeam-deque`.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use crossbeam_deque::{Steal, Stealer, Worker};
use workloads::parts::cores;

/// Does `work` on `parts` parts of `numbers`, in as many threads as there are cores; returns the
/// sum, modulo 2⁶⁴. See [`total_in`].
///
/// # Panics
///
/// When `parts` is 0, when `work` panics, and when the system has no thread to spare.
pub fn total(numbers: Range<u64>, parts: usize, work: fn(Range<u64>) -> u64) -> u64 {
    total_in(cores(), numbers, parts, work)
}

/// Does `work` on `numbers` in `workers` threads; returns the sum of the results, modulo 2⁶⁴.
///
/// The first worker begins with all numbers. A worker halves the range that it has until that is
/// no longer than one of `parts` equal parts, and puts the later halves into a queue of its own. A
/// worker whose queue is empty steals the oldest range from the queue of another worker. See
/// Blumofe and Leiserson, *Scheduling Multithreaded Computations by Work Stealing* (1999).
///
/// # Panics
///
/// When `workers` or `parts` is 0, when `work` panics, and when the system has no thread to
/// spare.
// ANCHOR: total
pub fn total_in(
    workers: usize,
    numbers: Range<u64>,
    parts: usize,
    work: fn(Range<u64>) -> u64,
) -> u64 {
    let length = (numbers.end - numbers.start).div_ceil(parts as u64);
    let left = AtomicU64::new(numbers.end - numbers.start);
    let queues: Vec<_> = (0..workers).map(|_| Worker::new_lifo()).collect();
    let stealers: Vec<_> = queues.iter().map(Worker::stealer).collect();
    queues[0].push(numbers);
    let (left, stealers) = (&left, &stealers[..]);
    let run = |queue: Worker<Range<u64>>| {
        let mut total = 0_u64;
        while left.load(Relaxed) > 0 {
            match queue.pop().or_else(|| steal(stealers)) {
                Some(range) if range.end - range.start > length => {
                    let middle = range.start.midpoint(range.end);
                    queue.push(middle..range.end);
                    queue.push(range.start..middle);
                }
                Some(range) => {
                    // The range is counted as done before `work` begins. If `work` panics, the other threads
                    // would otherwise wait for this range for ever.
                    left.fetch_sub(range.end - range.start, Relaxed);
                    total = total.wrapping_add(work(range));
                }
                None => thread::yield_now(),
            }
        }
        total
    };
    thread::scope(|scope| {
        let start = |queue| scope.spawn(move || run(queue));
        let threads: Vec<_> = queues.into_iter().map(start).collect();
        threads.into_iter().fold(0_u64, |total, thread| {
            total.wrapping_add(thread.join().expect("the work doesn't panic"))
        })
    })
}

/// Steals the oldest range from the first queue that has one; `None` when all are empty.
fn steal(stealers: &[Stealer<Range<u64>>]) -> Option<Range<u64>> {
    stealers.iter().find_map(|stealer| {
        loop {
            match stealer.steal() {
                Steal::Success(range) => return Some(range),
                Steal::Empty => return None,
                // Another thread took something from this queue at the same moment: try again.
                Steal::Retry => {}
            }
        }
    })
}
// ANCHOR_END: total

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    use super::*;

    /// Much longer than any machine needs. Without it, a worker left alone would wait for ever.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Each of the two parts waits until a worker has begun the other one.
    #[test]
    fn an_idle_worker_steals() {
        static HERE: Mutex<u32> = Mutex::new(0);
        static MORE: Condvar = Condvar::new();
        fn meet(_: Range<u64>) -> u64 {
            let mut here = HERE.lock().unwrap();
            *here += 1;
            MORE.notify_all();
            let both = MORE.wait_timeout_while(here, PATIENCE, |here| *here < 2).unwrap();
            u64::from(!both.1.timed_out())
        }
        assert_eq!(total_in(2, 0..2, 2, meet), 2);
    }

    /// One worker panics, and the other one doesn't wait for the range that is lost with it.
    #[test]
    fn a_panic_ends_it() {
        fn refuse(range: Range<u64>) -> u64 {
            assert!(!range.contains(&500), "no");
            1
        }
        let (tell, ended) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let run = || total_in(2, 0..1_000, 100, refuse);
            tell.send(std::panic::catch_unwind(run).is_err())
        });
        assert_eq!(ended.recv_timeout(PATIENCE), Ok(true));
    }
}
