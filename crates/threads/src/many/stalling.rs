//! What happens to tasks that wait when another one computes.
//!
//! [`OTHERS`] tasks wait, each again and again for one [`TURN`]. Meanwhile another task has
//! something to compute. How late are the others woken, at worst?

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tokio::time;
use workloads::primes;

/// How many tasks wait.
pub const OTHERS: usize = 100;

/// How long each of them waits at a time.
pub const TURN: Duration = Duration::from_millis(5);

/// Counts the primes below `size` in the task itself: meanwhile its thread can run no other task.
// ANCHOR: in_the_task
pub async fn in_the_task(size: u64) -> u64 {
    primes::count(0..size)
}
// ANCHOR_END: in_the_task

/// Counts the primes below `size` in another thread, and waits for it.
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

/// A runtime with a pool of `threads` threads.
///
/// # Errors
///
/// When the system has no descriptors for it, or no threads.
///
/// # Panics
///
/// When `threads` is 0.
pub fn pool(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_time().build()
}

/// Lets [`OTHERS`] tasks wait in `runtime` while `computing` more tasks run `compute`, all at once.
/// Returns how late the others were woken at worst, how long the computing took, and what the
/// tasks computed.
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
        // Until all of the others wait.
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
            // Keeps the only thread busy for so long, on any machine.
            std::thread::sleep(10 * TURN);
            7
        });
        assert_eq!(results, [7]);
        // All of the others began to wait before, and were due at most a turn later.
        assert!(took >= 10 * TURN && worst >= 9 * TURN, "{worst:?} of {took:?}");
    }
}
