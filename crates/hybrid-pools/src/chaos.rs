//! Somebody who kills workers: what a pool is there to survive.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::pool::ProcessPool;

/// Does `work`. Meanwhile, a worker of `pool` is killed from outside every so often, one after the
/// other.
///
/// # Errors
///
/// When the system has no thread to spare.
pub fn under_fire<T>(
    pool: &ProcessPool,
    every: Duration,
    work: impl FnOnce() -> T,
) -> io::Result<T> {
    let hit = |id, _| {
        let _ = kill(id, Signal::SIGKILL);
    };
    meanwhile(pool, every, hit, work)
}

/// Does `work`. Meanwhile, something is done to a worker of `pool` every so often, to one after the
/// other: `to` gets the id of its process, and how often it was called before. That worker may have
/// gone already.
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
    // The sender goes with the work, even if that panics.
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
