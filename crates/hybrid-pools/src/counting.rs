//! Tasks to try a pool with: some that count, one that does nothing, one that dies.

use std::process;

use serde_bytes::ByteBuf;
use workloads::countdown::countdown;

use crate::task::Task;

// ANCHOR: tasks
/// Counts to a number, and returns it.
pub const COUNT: Task<u64, u64> = Task::new("count", countdown);

/// Returns what it gets: next to nothing to do.
pub const NOTHING: Task<u64, u64> = Task::new("nothing", |n| n);
// ANCHOR_END: tasks

/// Returns the bytes that it gets.
pub const ECHO: Task<ByteBuf, ByteBuf> = Task::new("echo", |bytes| bytes);

/// Returns the first of two numbers; when it is the second, its process dies.
pub const DIE_AT: Task<(u64, u64), u64> = Task::new("die at", |(n, at)| {
    if n == at {
        eprintln!("number {n} is too much for me");
        process::abort();
    }
    n
});
