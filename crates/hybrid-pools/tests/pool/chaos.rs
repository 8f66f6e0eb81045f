//! Somebody kills workers at random, and every task has its result.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use hybrid_pools::ProcessPool;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::tasks::{SQUARE, Test, options};

pub(crate) const ALL: &[Test] = &[
    ("nothing_is_lost_in_chaos", || chaos(20_000, 1)),
    ("nothing_is_lost_in_chaos_in_chunks", || chaos(100_000, 50)),
];

/// How long each worker lives, about.
const EVERY: Duration = Duration::from_millis(20);

fn chaos(tasks: u64, chunk: usize) {
    // Whoever is killed again and again has bad luck, and is not to blame.
    let pool = options().attempts(100).start().unwrap();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| kill_at_random(&pool, &ended));
        let mut next = 0;
        for (n, square) in (0..tasks).zip(pool.map(&SQUARE, 0..tasks).chunks(chunk)) {
            assert_eq!(square, Ok(n * n));
            next = n + 1;
        }
        ended.store(true, Ordering::Relaxed);
        assert_eq!(next, tasks);
    });
    let progress = pool.progress();
    assert_eq!((progress.done, progress.failed, progress.waiting), (tasks, 0, 0));
    assert!(progress.restarts > 0, "nobody was killed");
    pool.shutdown();
}

fn kill_at_random(pool: &ProcessPool, ended: &AtomicBool) {
    while !ended.load(Ordering::Relaxed) {
        let ids = pool.worker_ids();
        if !ids.is_empty() {
            let id = ids[fastrand::usize(..ids.len())];
            let _ = kill(Pid::from_raw(id.cast_signed()), Signal::SIGKILL);
        }
        // It sets the pace, and nobody relies on it.
        thread::sleep(EVERY);
    }
}
