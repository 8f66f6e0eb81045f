//! Workers are killed again and again, and every task has its result.

use std::time::Duration;

use hybrid_pools::chaos::under_fire;

use super::tasks::{SQUARE, Test, options};

pub(crate) const ALL: &[Test] = &[
    ("nothing_is_lost_in_chaos", || chaos(100_000, 1)),
    ("nothing_is_lost_in_chaos_in_chunks", || chaos(500_000, 50)),
];

fn chaos(tasks: u64, chunk: usize) {
    // A task whose worker is killed again and again has bad luck, and is not to blame.
    let pool = options().attempts(100).start().unwrap();
    let count = under_fire(&pool, Duration::from_millis(5), || {
        let squares = pool.map(&SQUARE, 0..tasks).chunks(chunk);
        let squares = (0..).zip(squares);
        squares.inspect(|(n, square)| assert_eq!(*square, Ok(n * n))).count()
    });
    assert_eq!(count.unwrap() as u64, tasks);
    let progress = pool.progress();
    assert_eq!((progress.done, progress.failed, progress.waiting), (tasks, 0, 0));
    assert!(progress.restarts > 0, "nobody was killed");
    pool.shutdown();
}
