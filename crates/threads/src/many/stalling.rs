//! What becomes of tasks that wait when one of them computes.
//!
//! A hundred tasks wait, each again and again for 5 ms. Meanwhile another task has something to
//! compute. How late are the others woken, at worst?

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tokio::time;
use workloads::primes;

/// How many wait.
pub const OTHERS: usize = 100;

/// How long each of them waits at a time.
pub const TURN: Duration = Duration::from_millis(5);

/// Counts primes, and while it does, its thread does nothing else.
// ANCHOR: in_the_task
pub async fn in_the_task(size: u64) -> u64 {
    primes::count(0..size)
}
// ANCHOR_END: in_the_task

/// Waits for another thread that counts them.
// ANCHOR: elsewhere
pub async fn elsewhere(size: u64) -> u64 {
    spawn_blocking(move || primes::count(0..size)).await.expect("counting doesn't panic")
}
// ANCHOR_END: elsewhere

/// Waits again and again until it is told to stop; returns how late it was woken at worst.
async fn wait(stop: Arc<AtomicBool>) -> Duration {
    let mut worst = Duration::ZERO;
    while !stop.load(Relaxed) {
        let due = Instant::now() + TURN;
        time::sleep_until(due.into()).await;
        worst = worst.max(due.elapsed());
    }
    worst
}

/// A runtime with one thread.
///
/// # Errors
///
/// When the system has no descriptors for it.
pub fn one_thread() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_time().build()
}

/// A runtime with so many `threads`.
///
/// # Errors
///
/// When the system has no descriptors for it, or no threads.
///
/// # Panics
///
/// For no threads.
pub fn pool(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_time().build()
}

/// Lets [`OTHERS`] wait in `runtime` while so many tasks `compute`, all at once; returns how late
/// the others were at worst, how long the computing took, and what came out.
///
/// # Panics
///
/// When computing panics.
pub fn worst_delay<C: Future<Output = u64> + Send + 'static>(
    runtime: &Runtime,
    computing: usize,
    compute: impl Fn() -> C,
) -> (Duration, Duration, Vec<u64>) {
    let stop = Arc::new(AtomicBool::new(false));
    let others: Vec<_> =
        (0..OTHERS).map(|_| runtime.spawn(wait(Arc::clone(&stop)))).collect();
    runtime.block_on(async {
        // Until all of them wait.
        time::sleep(2 * TURN).await;
        let begin = Instant::now();
        let computing: Vec<_> = (0..computing).map(|_| tokio::spawn(compute())).collect();
        let mut results = Vec::new();
        for task in computing {
            results.push(task.await.expect("computing doesn't panic"));
        }
        let took = begin.elapsed();
        // Those that were due meanwhile are woken now.
        time::sleep(2 * TURN).await;
        stop.store(true, Relaxed);
        let mut worst = Duration::ZERO;
        for other in others {
            worst = worst.max(other.await.expect("waiting doesn't panic"));
        }
        (worst, took, results)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_count_the_same() {
        let runtime = one_thread().unwrap();
        let expected = primes::count(0..10_000);
        assert_eq!(runtime.block_on(in_the_task(10_000)), expected);
        assert_eq!(runtime.block_on(elsewhere(10_000)), expected);
    }

    #[test]
    fn nobody_is_woken_while_a_task_computes() {
        let runtime = one_thread().unwrap();
        let (worst, took, results) = worst_delay(&runtime, 1, || async {
            // So long no thread is free, on any machine.
            std::thread::sleep(10 * TURN);
            7
        });
        assert_eq!(results, [7]);
        // One of them began to wait before and was due at most a turn later.
        assert!(took >= 10 * TURN && worst >= 9 * TURN, "{worst:?} of {took:?}");
    }
}
