//! Copies of a worker, made by a plain `fork` in a task: each of them ends where it would go on in the
//! original's place.
//!
//! The id of the process would tell, too, but asking for it is a system call, which takes longer than a
//! short task.

#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nix::libc;
use nix::sys::signal::{Signal, raise};

static COPY: AtomicBool = AtomicBool::new(false);

extern "C" fn note() {
    COPY.store(true, Relaxed);
}

/// From now on, a copy of this process knows that it is one.
///
/// # Errors
///
/// When the system has no memory for that.
pub(crate) fn shall_know() -> io::Result<()> {
    // SAFETY: the function that runs in the copy stores a flag, which is allowed at any time.
    match unsafe { libc::pthread_atfork(None, None, Some(note)) } {
        0 => {
            // A process that serves a pool is a worker, even if it was forked from another one.
            COPY.store(false, Relaxed);
            Ok(())
        }
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// Ends this process if it is a copy of a worker. A task may have made one by a plain `fork`, and the
/// copy comes back from the task, too; but only one process may talk to the pool.
pub(crate) fn end() {
    if COPY.load(Relaxed) {
        // Not `exit`: what that would run, and the output it would write, belong to the original.
        let _ = raise(Signal::SIGKILL);
    }
}
