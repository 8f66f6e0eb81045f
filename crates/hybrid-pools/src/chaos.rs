//! Somebody who kills workers: what a pool is there to survive.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::pool::ProcessPool;

/// Does `work`. Meanwhile, a worker of `pool` is killed from outside every so often, one after the
/// other.
pub fn under_fire<T>(pool: &ProcessPool, every: Duration, work: impl FnOnce() -> T) -> T {
    // The sender goes with the work, even if that panics.
    let (working, end) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut turn = 0;
            while end.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let ids = pool.worker_ids();
                if !ids.is_empty() {
                    turn += 1;
                    let id = Pid::from_raw(ids[turn % ids.len()].cast_signed());
                    // It may have gone already.
                    let _ = kill(id, Signal::SIGKILL);
                }
            }
        });
        let working = working;
        let done = work();
        drop(working);
        done
    })
}
