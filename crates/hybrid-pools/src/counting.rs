//! Tasks to try a pool with: some that count, one that does nothing, one that dies.

use std::error::Error;
use std::process;

use serde_bytes::ByteBuf;
use workloads::countdown::countdown;

use crate::WORK;
use crate::pool::ProcessPool;
use crate::task::Task;

// ANCHOR: tasks
/// Counts to a number, and returns it.
pub const COUNT: Task<u64, u64> = Task::new("count", countdown);

/// Returns the number that it gets: next to nothing to do.
pub const NOTHING: Task<u64, u64> = Task::new("nothing", |n| n);
// ANCHOR_END: tasks

/// Counts to a number in a pool of two workers, has ten small tasks done there, and returns the sum of
/// all results.
///
/// # Errors
///
/// When the pool can't be started, or a task fails.
// ANCHOR: use
pub fn use_a_pool(to: u64) -> Result<u64, Box<dyn Error>> {
    let pool = ProcessPool::of(&WORK)?.workers(2).start()?;
    let handle = pool.submit(&COUNT, &to)?;
    let others = pool.map(&NOTHING, 0..10).sum::<Result<u64, _>>()?;
    let counted = handle.wait()?;
    pool.shutdown();
    Ok(counted + others)
}
// ANCHOR_END: use

/// Returns the bytes that it gets.
pub const ECHO: Task<ByteBuf, ByteBuf> = Task::new("echo", |bytes| bytes);

/// Returns the first of two numbers; when it equals the second, the process dies.
pub const DIE_AT: Task<(u64, u64), u64> = Task::new("die at", |(n, at)| {
    if n == at {
        eprintln!("number {n} is too much for me");
        process::abort();
    }
    n
});
