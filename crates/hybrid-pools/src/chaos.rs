//! Kills the workers of a pool while it works, which is what a pool is there to survive.

use std::io;
use std::mem;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::pool::ProcessPool;

/// Does `work` and returns what it returns. Meanwhile, a worker of `pool` is killed from outside each
/// time that `every` has passed, one worker after the other. If nothing was done since then, that one is
/// spared: by the clock alone, a slow machine would never get anything done.
///
/// # Errors
///
/// When the system has no thread to spare.
pub fn under_fire<T>(
    pool: &ProcessPool,
    every: Duration,
    work: impl FnOnce() -> T,
) -> io::Result<T> {
    let mut done = 0;
    let hit = |id, _| {
        let before = mem::replace(&mut done, pool.progress().done);
        if before != done {
            let _ = kill(id, Signal::SIGKILL);
        }
    };
    meanwhile(pool, every, hit, work)
}

/// Does `work` and returns what it returns. Meanwhile, `to` is called each time that `every` has passed,
/// for one worker of `pool` after the other. It gets the id of the worker's process, which may have
/// ended already, and how often it was called before.
///
/// # Errors
///
/// When the system has no thread to spare.
pub fn meanwhile<T>(
    pool: &ProcessPool,
    every: Duration,
    mut to: impl FnMut(Pid, usize) + Send,
    work: impl FnOnce() -> T,
) -> io::Result<T> {
    // Dropped when the work ends, even by a panic; that ends the thread, too.
    let (working, end) = channel::<()>();
    thread::scope(|scope| {
        thread::Builder::new().name("chaos".into()).spawn_scoped(scope, move || {
            let mut turn = 0;
            while end.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let ids = pool.worker_ids();
                if !ids.is_empty() {
                    let id = Pid::from_raw(ids[turn % ids.len()].cast_signed());
                    to(id, turn);
                    turn += 1;
                }
            }
        })?;
        let working = working;
        let done = work();
        drop(working);
        Ok(done)
    })
}
